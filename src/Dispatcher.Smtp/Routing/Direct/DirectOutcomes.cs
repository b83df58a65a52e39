using Dispatcher.Core.Dns;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.Smtp.Replies;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>Outcomes that DNS told us. Their reasons are those of <c>reasons.tsv</c>.</summary>
internal static class DirectOutcomes
{
    public static DeliveryOutcome UnknownDomain(string text) => Invalid("unknown-domain", text);

    public static DeliveryOutcome NullMx(string text) => Invalid("null-mx", text);

    public static DeliveryOutcome BadLiteral(string text) => Invalid("invalid-syntax", text);

    /// <summary>Their DNS or ours is set up wrongly: it says nothing about the address.</summary>
    public static DeliveryOutcome Loop(string text) => new()
    {
        Kind = OutcomeKind.Rejected,
        Status = Status.RecipientServerProblem,
        Reason = "recipient-server",
        Text = ReplyText.Clean(text),
    };

    /// <summary>Nobody knows: never a reason to give up, nor to try something else.</summary>
    public static DeliveryOutcome LookUpFailed(string what, DnsFailure failure) => Outcomes.NoAnswer($"{what} could not be looked up: " + failure switch
    {
        DnsFailure.Timeout => "no name server answered in time",
        DnsFailure.ServerFailure => "the name server failed (SERVFAIL)",
        DnsFailure.Refused => "the name server refused",
        DnsFailure.Malformed => "the answer was malformed",
        _ => "it is no DNS name",
    });

    private static DeliveryOutcome Invalid(string reason, string text) => new()
    {
        Kind = OutcomeKind.Rejected,
        Status = Status.InvalidRecipient,
        Reason = reason,
        Hard = true,
        Text = ReplyText.Clean(text),
    };
}
