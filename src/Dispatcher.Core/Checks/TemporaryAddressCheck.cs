using Dispatcher.Core.Addresses;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>Nothing is sent to throw-away mail services.</summary>
public sealed class TemporaryAddressCheck(TemporaryDomains domains) : SyncCheck
{
    public override string Name => "temporary-address";

    public override CheckVerdict Check(CheckSubject subject) =>
        subject.Invitation.Channel == Channel.Email && domains.Covers(EmailSyntax.DomainOf(subject.Invitation.RecipientEmail), subject.Tenant.TemporaryDomains)
            ? CheckVerdict.Drop(Status.TemporaryAddress, "the recipient's domain is a throw-away mail service")
            : CheckVerdict.Pass;
}
