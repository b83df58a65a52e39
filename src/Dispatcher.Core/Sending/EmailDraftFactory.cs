using System.Buffers;
using System.Text;
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
/// <param name="verp">Makes bounce addresses; null: bounces don't say what they are about.</param>
public sealed class EmailDraftFactory(TemplateValuesFactory values, SenderDefaults defaults, TimeProvider clock, VerpCodec? verp = null)
{
    private static readonly SearchValues<char> FieldText = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <param name="invitation">With a well-formed e-mail address; <see cref="Invitation.Channel"/> is not looked at.</param>
    /// <param name="tenant">Its tenant.</param>
    /// <param name="template">What to say.</param>
    /// <param name="recordKey">Its key, where that is known; null: made here, at the cost of a hash.</param>
    /// <exception cref="ArgumentException">There is no address: the checks were left out.</exception>
    public EmailDraft Create(Invitation invitation, TenantSettings tenant, Template template, string? recordKey = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(invitation.RecipientEmail);
        var key = recordKey ?? RecordKey.Of(invitation.Tenant, invitation.Id);
        var shown = values.Create(invitation, tenant, template.Locale, key);
        var from = EmailSyntax.ToWire(NonEmpty(invitation.SenderEmail) ?? NonEmpty(tenant.Sender?.Email) ?? defaults.Email);
        return new EmailDraft
        {
            MessageId = MessageIdOf(key, from),
            Date = clock.GetUtcNow(),
            FromName = NameOf(invitation, tenant),
            FromEmail = from,
            ToName = shown.Name,
            ToEmail = EmailSyntax.ToWire(invitation.RecipientEmail),
            ReplyTo = (NonEmpty(invitation.ReplyTo) ?? NonEmpty(tenant.Sender?.ReplyTo)) is { } replyTo ? EmailSyntax.ToWire(replyTo) : null,
            Subject = template.Subject,
            Html = template.Html,
            Text = template.Text,
            Values = shown,
            UnsubscribeUrl = shown.UnsubscribeLink,
            InvitationId = string.Concat(invitation.Tenant, "/", invitation.Id),
            FeedbackId = FeedbackIdOf(invitation),
            Language = template.Locale is { } locale && Languages.IsTag(locale) ? locale.Replace('_', '-') : null,
            DkimDomain = NonEmpty(tenant.Sender?.DkimDomain) is { } domain ? DomainSyntax.ToAscii(domain) : null,
        };
    }

    /// <summary>
    /// The envelope sender (RFC 5321 reverse-path): where bounces go. It names the attempt where there are a bounce domain and keys;
    /// <c>bounces@</c> the domain without keys; without a domain it is the sender of last resort.
    /// </summary>
    public string EnvelopeFrom(TenantSettings tenant, VerpTarget target)
    {
        var domain = NonEmpty(tenant.Sender?.BounceDomain) ?? NonEmpty(defaults.BounceDomain);
        return domain is null ? defaults.Email : string.Concat(verp?.LocalPart(target) ?? "bounces", "@", domain);
    }

    /// <summary>
    /// The same in every attempt, so that a receiver can recognise a repeat: the record key, which tells nothing about anybody, at the
    /// sender's domain. The tenant is in the key; its name itself could hold dots that RFC 5322 does not allow there.
    /// </summary>
    private static string MessageIdOf(string recordKey, string fromEmail) => string.Concat(recordKey, "@", EmailSyntax.DomainOf(fromEmail));

    /// <summary>
    /// Google's format: at most four fields, the last one names the sender. What fails together is counted together: template, tenant,
    /// type. Nothing of the recipient. A field may hold no colon, and ours can't: only the template's id is free, and is cleaned.
    /// </summary>
    private string? FeedbackIdOf(Invitation invitation) => defaults.FeedbackId is { Length: > 0 } sender
        ? string.Concat(FieldOf(invitation.TemplateId), ":", invitation.Tenant, $":{Codes.Of(invitation.Type)}:{sender}")
        : null;

    private static string FieldOf(string text) =>
        text.Length is > 0 and <= 64 && !text.AsSpan().ContainsAnyExcept(FieldText) ? text : RecordKey.OfContent(Encoding.UTF8.GetBytes(text));

    private string? NameOf(Invitation invitation, TenantSettings tenant)
    {
        var name = NonEmpty(invitation.SenderName) ?? NonEmpty(tenant.Sender?.Name) ?? NonEmpty(tenant.DisplayName) ?? defaults.Name;
        return name is null ? null : NonEmpty(CleanText.SingleLine(name));
    }

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
