using Dispatcher.Core.Addresses;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>The recipient must have a well-formed address on the invitation's channel.</summary>
public sealed class RecipientAddressCheck : SyncCheck
{
    public override string Name => "recipient-address";

    public override CheckVerdict Check(CheckSubject subject) =>
        FindFault(subject.Invitation) is { } fault ? CheckVerdict.Drop(Status.InvalidRecipient, fault) : CheckVerdict.Pass;

    private static string? FindFault(Invitation invitation) => invitation.Channel == Channel.Sms
        ? PhoneSyntax.FindFault(invitation.RecipientPhone)
        : EmailSyntax.FindFault(invitation.RecipientEmail);
}
