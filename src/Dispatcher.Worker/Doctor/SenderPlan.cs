using Dispatcher.Core.Addresses;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Tenants;
using Dispatcher.Smtp.Dkim;

namespace Dispatcher.Worker.Doctor;

/// <summary>The domains under which a tenant's mail goes out. All in their ASCII form.</summary>
/// <param name="From">Of the address that recipients see, which DMARC is about.</param>
/// <param name="IsOwn">It is the tenant's, not the product's.</param>
/// <param name="Envelope">Where bounces go, which receivers test by SPF.</param>
/// <param name="Key">That signs; null: messages are not signed.</param>
/// <param name="ReplyTo">Domain of the tenant's reply-to address; null: it has none.</param>
internal sealed record SenderPlan(string From, bool IsOwn, string Envelope, DkimKeyInfo? Key, string? ReplyTo)
{
    /// <param name="defaults">The product's own sender.</param>
    /// <param name="keys">All keys; those that can't be used sign nothing.</param>
    public static SenderPlan Of(TenantSettings tenant, SenderDefaults defaults, IReadOnlyList<DkimKeyInfo> keys)
    {
        var own = tenant.Sender?.Email is { Length: > 0 } email ? email : null;
        var from = Ascii(EmailSyntax.DomainOf(own ?? defaults.Email));
        var bounces = tenant.Sender?.BounceDomain is { Length: > 0 } wished ? wished : defaults.BounceDomain;
        return new(
            from,
            own is not null,
            Ascii(bounces is { Length: > 0 } ? bounces : EmailSyntax.DomainOf(defaults.Email)),
            KeyOf(from, tenant.Sender?.DkimDomain is { Length: > 0 } signer ? Ascii(signer) : null, keys),
            tenant.Sender?.ReplyTo is { Length: > 0 } replyTo ? Ascii(EmailSyntax.DomainOf(replyTo)) : null);
    }

    /// <summary>As the key ring chooses it: of the tenant's DKIM domain, else of the sender's or of the nearest above it.</summary>
    private static DkimKeyInfo? KeyOf(string from, string? wished, IReadOnlyList<DkimKeyInfo> keys)
    {
        DkimKeyInfo? Signing(string domain) =>
            keys.FirstOrDefault(key => key is { Signs: true, Fault: null } && key.Domain.Equals(domain, StringComparison.OrdinalIgnoreCase));

        if (wished is not null && Signing(wished) is { } own)
        {
            return own;
        }

        for (var domain = from; domain.Contains('.'); domain = domain[(domain.IndexOf('.') + 1)..])
        {
            if (Signing(domain) is { } key)
            {
                return key;
            }
        }

        return null;
    }

    private static string Ascii(ReadOnlySpan<char> domain) => DomainSyntax.Normalise(domain.ToString());
}
