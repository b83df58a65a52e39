using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>Recipients who opted out, complained, or whose mailbox is gone. Advisory: tested again when sending starts.</summary>
public sealed class SuppressionCheck : SyncCheck
{
    public override string Name => "suppression";

    public override CheckVerdict Check(CheckSubject subject) => subject.Facts.SuppressedReason is { } reason
        ? CheckVerdict.Drop(StatusOf(reason), $"the recipient is suppressed: {reason}")
        : CheckVerdict.Pass;

    /// <summary>
    /// The reason decides what staff are told: who complained tends to mark mail as junk, what bounced for good has no mailbox. A reason
    /// that an operator made up counts as an opt-out, the one that asks for nothing but respect.
    /// </summary>
    private static Status StatusOf(string reason) => reason switch
    {
        "complaint" => Status.SpamRisk,
        "hard-bounce" => Status.InvalidRecipient,
        _ => Status.AlreadyUnsubscribed,
    };
}
