using System.Text;
using Dispatcher.Core.Addresses;
using Dispatcher.Core.Invitations;

namespace Dispatcher.Core.Storage;

/// <summary>Puts together what the queue stores of an invitation: the same for every door. Pure; safe for concurrent calls.</summary>
public static class NewInvitationFactory
{
    /// <param name="body">
    /// The JSON that <paramref name="invitation"/> was read from; kept, not copied: it must not change afterwards.
    /// </param>
    /// <param name="invitation">As <see cref="InvitationReader"/> returned it.</param>
    /// <param name="now">The present: a send time that is not after it becomes null, "now".</param>
    public static NewInvitation Create(ReadOnlyMemory<byte> body, Invitation invitation, DateTimeOffset now) => new(
        invitation.Tenant,
        invitation.Id,
        body,
        RecordKey.OfBody(body.Span),
        string.IsNullOrWhiteSpace(invitation.Recipient) ? "" : RecordKey.OfRecipient(invitation.Recipient),
        invitation.SendAt > now ? invitation.SendAt : null,
        invitation.CreatedAt)
    {
        ReferenceHash = ReferenceHashOf(invitation),
        Traits = new(invitation.Type, invitation.TemplateId, DomainOf(invitation), invitation.Tags),
    };

    /// <summary>A reminder shares the reference of what it reminds of; an empty one is none.</summary>
    private static string ReferenceHashOf(Invitation invitation) =>
        invitation.Type == InvitationType.Reminder || string.IsNullOrWhiteSpace(invitation.ReferenceNumber)
            ? ""
            : RecordKey.OfReference(invitation.Tenant, invitation.Type, invitation.ReferenceNumber);

    /// <summary>No mail can go to one that is too long, and what is stored of it every script would read, copy and write.</summary>
    private static string DomainOf(Invitation invitation)
    {
        var at = invitation.Channel == Channel.Email ? invitation.RecipientEmail?.LastIndexOf('@') ?? -1 : -1;
        var domain = at < 0 ? "" : DomainSyntax.Normalise(invitation.RecipientEmail![(at + 1)..].Trim());
        return Encoding.UTF8.GetByteCount(domain) <= DomainSyntax.MaxLength ? domain : "";
    }
}
