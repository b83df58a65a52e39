using Dispatcher.Core.Addresses;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>A reply-to address must be well formed. Whether its domain can receive is another check's question.</summary>
public sealed class ReplyToCheck : SyncCheck
{
    public override string Name => "reply-to";

    public override CheckVerdict Check(CheckSubject subject) =>
        SenderOf.ReplyTo(subject) is { } replyTo && EmailSyntax.FindFault(replyTo) is { } fault
            ? CheckVerdict.Drop(Status.InvalidReplyTo, fault)
            : CheckVerdict.Pass;
}
