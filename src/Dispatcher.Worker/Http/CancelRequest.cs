namespace Dispatcher.Worker.Http;

/// <summary>Body of <c>POST …/invitations/cancel</c>.</summary>
internal sealed record CancelRequest(IReadOnlyList<string>? Ids);
