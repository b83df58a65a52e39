using Dispatcher.Core.Invitations;
using Dispatcher.Core.Tenants;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Templates;

/// <summary>
/// Gathers what a template shows of an invitation. Links are the same in every attempt and say nothing to those who read them: the token
/// is the record key. Pure; safe for concurrent calls.
/// </summary>
/// <param name="options">Valid ones.</param>
public sealed class TemplateValuesFactory(LinkOptions options)
{
    private readonly string _reviewUrl = options.ReviewUrl;
    private readonly string _unsubscribeUrl = options.UnsubscribeUrl;

    /// <param name="invitation">What producers wrote; cleaned here.</param>
    /// <param name="tenant">Its tenant.</param>
    /// <param name="templateLocale">Language of the template, for an invitation that names none.</param>
    /// <param name="token">Its record key.</param>
    public TemplateValues Create(Invitation invitation, TenantSettings tenant, string? templateLocale, string token)
    {
        var domain = NonEmpty(tenant.Domain) ?? tenant.Tenant;
        var site = NonEmpty(invitation.LandingPage) ?? domain;
        var link = Fill(_reviewUrl, site, token);
        return new TemplateValues
        {
            Name = invitation.RecipientName is null ? null : NonEmpty(CleanText.SingleLine(invitation.RecipientName)),
            Company = CleanText.SingleLine(NonEmpty(tenant.DisplayName) ?? domain),
            Domain = CleanText.SingleLine(domain),
            Link = link,
            UnsubscribeLink = Fill(_unsubscribeUrl, site, token),
            Order = CleanText.SingleLine(invitation.ReferenceNumber ?? ""),
            Products = [.. invitation.Products.Select(product => ProductOf(product, link))],
            Locale = NonEmpty(invitation.Locale) ?? templateLocale,
        };
    }

    private static ProductValues ProductOf(Product product, string link)
    {
        var separator = link.Contains('?') ? '&' : '?';
        var name = CleanText.SingleLine(NonEmpty(product.Name) ?? product.Sku);
        var image = NonEmpty(product.ImageUrl);
        return new(name, $"{link}{separator}sku={Uri.EscapeDataString(product.Sku)}", image is not null && WebUrl.IsValid(image) ? image : null);
    }

    private static string Fill(string url, string site, string token) => url
        .Replace("{site}", Uri.EscapeDataString(site), StringComparison.Ordinal)
        .Replace("{token}", token, StringComparison.Ordinal);

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
