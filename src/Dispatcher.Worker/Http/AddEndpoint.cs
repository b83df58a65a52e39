using System.IO.Pipelines;
using System.Net.Mime;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Intake;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Dispatcher.Worker.Http;

/// <summary><c>POST /api/v1/tenants/{tenant}/invitations</c>: one JSON object, or JSON lines that are stored as they arrive.</summary>
internal static class AddEndpoint
{
    public const long LargestBody = 10 * 1024 * 1024;

    public static async Task<IResult> HandleAsync(string tenant, HttpContext context, IInvitationStore store, TimeProvider time)
    {
        // 1. The request as a whole.
        if (!Identity.IsTenant(tenant))
        {
            return Problem.OfTenant();
        }

        if (Format(context.Request) is not { } lines)
        {
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "Send application/json or application/x-ndjson.");
        }

        if (!IdempotencyKey.TryRead(context.Request, out var key))
        {
            return Problem.Of(StatusCodes.Status400BadRequest, $"{IdempotencyKey.Header} has at most {IdempotencyKey.Longest} printable characters.");
        }

        if (context.Request.ContentLength > LargestBody)
        {
            LetItBeSent(context);
            return Problem.Of(StatusCodes.Status413PayloadTooLarge, TooLarge);
        }

        // 2. Its lines.
        var answer = new AddAnswer();
        var adder = new LineAdder(store, tenant, key, time, answer);
        try
        {
            await (lines ? AddLinesAsync(context, adder) : AddOneAsync(context, adder));
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await adder.FlushAsync(context.RequestAborted);
            return answer.ToResult(context.Response, StatusCodes.Status413PayloadTooLarge, TooLarge);
        }

        return answer.ToResult(context.Response);
    }

    /// <summary>Clients that write all before they read would see a connection that breaks instead of the answer. The server throws away what they
    /// send, for some seconds at most; of a body above its limit it would take nothing.</summary>
    private static void LetItBeSent(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
    }

    private const string TooLarge = "The body is larger than 10 MB; send it in parts.";

    /// <returns>True: lines; false: one object; null: neither.</returns>
    private static bool? Format(HttpRequest request) =>
        !MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? null
        : type.MediaType.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase) ? false
        : type.MediaType.Equals("application/x-ndjson", StringComparison.OrdinalIgnoreCase) ? true
        : null;

    private static async Task AddLinesAsync(HttpContext context, LineAdder adder)
    {
        var reader = new LineReader(context.Request.BodyReader, InvitationLimits.MaxBytes);
        while (!adder.Full && await reader.ReadAsync(context.RequestAborted) is { } line)
        {
            if (!LineDecoder.IsBlank(line))
            {
                await adder.AddAsync(line, context.RequestAborted);
            }
        }

        await adder.FlushAsync(context.RequestAborted);
    }

    private static async Task AddOneAsync(HttpContext context, LineAdder adder)
    {
        var reader = context.Request.BodyReader;
        var read = await reader.ReadAtLeastAsync(InvitationLimits.MaxBytes + 1, context.RequestAborted);
        var tooLong = read.Buffer.Length > InvitationLimits.MaxBytes;
        var body = tooLong ? default : read.Buffer.IsSingleSegment ? read.Buffer.FirstSpan.ToArray() : Copy(read);
        reader.AdvanceTo(read.Buffer.End);
        await adder.AddAsync(new InputLine(1, body, tooLong), context.RequestAborted);
        await adder.FlushAsync(context.RequestAborted);
    }

    private static byte[] Copy(ReadResult read)
    {
        var body = new byte[read.Buffer.Length];
        System.Buffers.BuffersExtensions.CopyTo(read.Buffer, body);
        return body;
    }
}
