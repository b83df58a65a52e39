namespace Dispatcher.Worker.Http;

/// <param name="Line">From 1; 1 for a request with one object.</param>
internal sealed record RejectedLine(long Line, string Reason);
