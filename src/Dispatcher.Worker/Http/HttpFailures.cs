using System.Globalization;
using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Http;

/// <summary>Turns what can go wrong in any request into an answer: Redis away is 503, a bad body 400 or 413, our own bugs 500.</summary>
internal sealed partial class HttpFailures(RequestDelegate next, ILogger<HttpFailures> logger)
{
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response.StatusCode == StatusCodes.Status413PayloadTooLarge)
            {
                // Where the framework reads the body, that is all it says.
                await AnswerAsync(context, StatusCodes.Status413PayloadTooLarge, "The body is larger than this request may have.");
            }
        }
        catch (StorageUnavailableException exception)
        {
            LogUnavailable(exception.Message);
            AskAgain(context.Response);
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "The queue can't be reached now; try again.");
        }
        catch (BadHttpRequestException exception)
        {
            await AnswerAsync(context, exception.StatusCode, exception.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone: nobody reads an answer.
        }
        catch (Exception exception)
        {
            LogFailed(exception);
            await AnswerAsync(context, StatusCodes.Status500InternalServerError, "Something failed inside; the log says what.");
        }
    }

    public static void AskAgain(HttpResponse response) =>
        response.Headers.RetryAfter = ((int)RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static async Task AnswerAsync(HttpContext context, int status, string reason)
    {
        if (!context.Response.HasStarted)
        {
            await Problem.Of(status, reason).ExecuteAsync(context);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request was refused because the queue can't be reached: {Reason}")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A request failed")]
    private partial void LogFailed(Exception exception);
}
