using Dispatcher.Core.Addresses;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>
/// The sender's name must be a name: not empty, not too long, no control characters, no address that pretends to be the sender's.
/// </summary>
public sealed class SenderNameCheck : SyncCheck
{
    public override string Name => "sender-name";

    public override CheckVerdict Check(CheckSubject subject) =>
        SenderOf.Name(subject) is { } name && SenderNameSyntax.FindFault(name) is { } fault
            ? CheckVerdict.Drop(Status.InvalidSenderName, fault)
            : CheckVerdict.Pass;
}
