using System.Text.Json.Serialization;

namespace Dispatcher.Worker.Http;

/// <summary>The answer to a request that brought invitations.</summary>
/// <param name="Ids">Of what was accepted or known already, in the order of the lines.</param>
/// <param name="MoreRejected">Lines that are not in <paramref name="Rejected"/>, which has the first.</param>
/// <param name="Reason">Only when the request as a whole was refused.</param>
internal sealed record AddBody(
    int Accepted,
    int Duplicates,
    IReadOnlyList<RejectedLine> Rejected,
    IReadOnlyList<string> Ids,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? MoreRejected,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason);
