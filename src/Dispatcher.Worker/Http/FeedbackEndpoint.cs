using System.Net.Mime;
using Dispatcher.Core.Feedback;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Feedback;
using Dispatcher.Worker.Intake;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Dispatcher.Worker.Http;

/// <summary>What became of invitations, over HTTP: one event as JSON, or many as JSON lines.</summary>
internal static class FeedbackEndpoint
{
    public static async Task<IResult> HandleAsync(HttpContext context, IFeedbackStore store, string? tenant = null)
    {
        if (!string.IsNullOrEmpty(tenant) && !Identity.IsTenant(tenant))
        {
            return Problem.OfTenant();
        }

        var rejected = new RejectedLines();
        var lines = new FeedbackLines(store, "http", string.IsNullOrEmpty(tenant) ? null : tenant, rejected.Add);
        switch (MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) ? type.MediaType.Value : null)
        {
            case MediaTypeNames.Application.Json:
                await AddOneAsync(context, lines);
                break;
            case "application/x-ndjson":
                await AddAllAsync(context, lines);
                break;
            default:
                return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "Send application/json with one event, or application/x-ndjson with one a line.");
        }

        await lines.FlushAsync(context.RequestAborted);
        var counts = lines.Counts;
        return Results.Json(
            new FeedbackBody(counts.Changed, counts.Noted, counts.Stale, rejected.Told, rejected.More),
            statusCode: counts.Good > 0 ? StatusCodes.Status202Accepted : StatusCodes.Status400BadRequest);
    }

    /// <summary>It may be written over several lines.</summary>
    private static async Task AddOneAsync(HttpContext context, FeedbackLines lines)
    {
        var reader = context.Request.BodyReader;
        var read = await reader.ReadAtLeastAsync(FeedbackReader.MaxBytes + 1, context.RequestAborted);
        var tooLong = read.Buffer.Length > FeedbackReader.MaxBytes;
        var body = tooLong ? [] : System.Buffers.BuffersExtensions.ToArray(read.Buffer);
        reader.AdvanceTo(read.Buffer.End);
        await lines.AddAsync(new InputLine(1, body, tooLong), context.RequestAborted);
    }

    private static async Task AddAllAsync(HttpContext context, FeedbackLines lines)
    {
        var reader = new LineReader(context.Request.BodyReader, FeedbackReader.MaxBytes);
        while (await reader.ReadAsync(context.RequestAborted) is { } line)
        {
            if (!LineDecoder.IsBlank(line))
            {
                await lines.AddAsync(line, context.RequestAborted);
            }
        }
    }
}
