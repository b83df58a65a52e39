using System.Text.Json.Serialization;

namespace Dispatcher.Worker.Http;

/// <summary>The answer to a request that told what became of invitations.</summary>
/// <param name="MoreRejected">Lines that are not in <paramref name="Rejected"/>, which has the first.</param>
internal sealed record FeedbackBody(
    long Changed,
    long Noted,
    long Stale,
    IReadOnlyList<RejectedLine> Rejected,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? MoreRejected);
