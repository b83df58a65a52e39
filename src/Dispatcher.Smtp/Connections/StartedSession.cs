using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp.Connections;

/// <summary>How the beginning of a session ended.</summary>
/// <param name="Refused">Why nothing may be sent to it; null: all is well.</param>
/// <param name="FailedAt">What went wrong.</param>
internal readonly record struct StartedSession(ServerCapabilities Capabilities, DeliveryOutcome? Refused, SessionStep FailedAt)
{
    public static StartedSession Ready(ServerCapabilities capabilities) => new(capabilities, null, SessionStep.None);

    /// <summary>Gives a reason of <c>reasons.tsv</c> to what no reply gave one.</summary>
    public static StartedSession Failed(SessionStep step, DeliveryOutcome refused) => new(
        default,
        refused is not { Kind: OutcomeKind.Deferred, Reason: null } ? refused : step switch
        {
            SessionStep.Tls => refused with { Reason = "tls-required" },
            SessionStep.Login => refused with { Reason = "authentication" },
            _ => refused,
        },
        step);
}
