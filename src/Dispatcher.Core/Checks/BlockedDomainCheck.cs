using Dispatcher.Core.Addresses;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>Nothing is sent to domains on our own block list.</summary>
public sealed class BlockedDomainCheck(BlockedDomains blocked) : SyncCheck
{
    public override string Name => "blocked-domain";

    public override CheckVerdict Check(CheckSubject subject) =>
        subject.Invitation.Channel == Channel.Email && blocked.Covers(EmailSyntax.DomainOf(subject.Invitation.RecipientEmail))
            ? CheckVerdict.Drop(Status.BlockedDomain, "the recipient's domain is on the block list")
            : CheckVerdict.Pass;
}
