namespace Dispatcher.Smtp.Auth;

/// <summary>A response to send, or why there is none: exactly one of both. The problem is safe to show.</summary>
internal readonly record struct SaslStep(byte[]? Response, string? Problem)
{
    public static SaslStep Answer(byte[] response) => new(response, null);

    public static SaslStep Fail(string problem) => new(null, problem);
}
