using Dispatcher.Core.Addresses;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>A custom sender address must be well formed. Whether its domain can send is another check's question.</summary>
public sealed class SenderAddressCheck : SyncCheck
{
    public override string Name => "sender-address";

    public override CheckVerdict Check(CheckSubject subject) =>
        SenderOf.Email(subject) is { } email && EmailSyntax.FindFault(email) is { } fault
            ? CheckVerdict.Drop(Status.InvalidSenderAddress, fault)
            : CheckVerdict.Pass;
}
