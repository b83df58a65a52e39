using Dispatcher.Core.Addresses;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Tenants;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Sending;

/// <summary>Makes the parts of a message from an invitation that passed the checks. Safe for concurrent calls.</summary>
/// <param name="values">Gathers what the template shows.</param>
/// <param name="defaults">The sender of last resort.</param>
/// <param name="clock">For the message's date.</param>
public sealed class EmailDraftFactory(TemplateValuesFactory values, SenderDefaults defaults, TimeProvider clock)
{
    /// <param name="invitation">With a well-formed e-mail address; <see cref="Invitation.Channel"/> is not looked at.</param>
    /// <param name="tenant">Its tenant.</param>
    /// <param name="template">Rendered here.</param>
    /// <exception cref="ArgumentException">There is no address: the checks were left out.</exception>
    public EmailDraft Create(Invitation invitation, TenantSettings tenant, Template template)
    {
        ArgumentException.ThrowIfNullOrEmpty(invitation.RecipientEmail);
        var shown = values.Create(invitation, tenant, template.Locale);
        var from = EmailSyntax.ToWire(NonEmpty(invitation.SenderEmail) ?? NonEmpty(tenant.Sender?.Email) ?? defaults.Email);
        return new EmailDraft
        {
            MessageId = MessageIdOf(invitation, from),
            Date = clock.GetUtcNow(),
            FromName = NameOf(invitation, tenant),
            FromEmail = from,
            ToName = shown.Name,
            ToEmail = EmailSyntax.ToWire(invitation.RecipientEmail),
            ReplyTo = (NonEmpty(invitation.ReplyTo) ?? NonEmpty(tenant.Sender?.ReplyTo)) is { } replyTo ? EmailSyntax.ToWire(replyTo) : null,
            Rendered = template.Render(shown),
            UnsubscribeUrl = shown.UnsubscribeLink,
            InvitationId = $"{invitation.Tenant}/{invitation.Id}",
        };
    }

    /// <summary>The envelope sender (RFC 5321 reverse-path): where bounces of this tenant's mail go.</summary>
    public string EnvelopeFrom(TenantSettings tenant) =>
        (NonEmpty(tenant.Sender?.BounceDomain) ?? NonEmpty(defaults.BounceDomain)) is { } domain ? "bounces@" + domain : defaults.Email;

    /// <summary>
    /// The same in every attempt, so that a receiver can recognise a repeat: the record key, which tells nothing about anybody, at the
    /// sender's domain. The tenant is in the key; its name itself could hold dots that RFC 5322 does not allow there.
    /// </summary>
    public static string MessageIdOf(Invitation invitation, string fromEmail) =>
        string.Concat(RecordKey.Of(invitation.Tenant, invitation.Id), "@", EmailSyntax.DomainOf(fromEmail));

    private string? NameOf(Invitation invitation, TenantSettings tenant)
    {
        var name = NonEmpty(invitation.SenderName) ?? NonEmpty(tenant.Sender?.Name) ?? NonEmpty(tenant.DisplayName) ?? defaults.Name;
        return name is null ? null : NonEmpty(CleanText.SingleLine(name));
    }

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
