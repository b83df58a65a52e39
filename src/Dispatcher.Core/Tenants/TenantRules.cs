using Dispatcher.Core.Addresses;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Json;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Tenants;

/// <summary>What a tenant's values must look like. A fault is the end of a sentence; null: fine.</summary>
internal static class TenantRules
{
    private const int MaxDisplayNameLength = 200;

    /// <summary>A tenant's name; destination groups are called by the same rule.</summary>
    public static string Name(NodeReader node, string key)
    {
        var name = node.Text(key, text => Identity.IsTenant(text)
            ? null
            : "must be 1 to 63 of a-z, 0-9, '.', '_', '-', beginning with a letter or digit");
        node.Require(key);
        return name ?? "";
    }

    public static IReadOnlyList<string> AddOns(NodeReader node)
    {
        var addOns = new List<string>();
        var items = node.List("addOns") ?? [];
        for (var index = 0; index < items.Count; index++)
        {
            if (NodeText.Of(items[index]) is { } text && AddOn.All.Contains(text))
            {
                addOns.Add(text);
            }
            else
            {
                node.Problem($"addOns[{index}]", NearestName.OneOf(NodeText.Of(items[index]), AddOn.All));
            }
        }

        return addOns;
    }

    public static TenantDomains? TemporaryDomains(NodeReader? node)
    {
        if (node is null)
        {
            return null;
        }

        var domains = new TenantDomains(Domains(node, "allow"), Domains(node, "deny"));
        node.RefuseUnknown();
        return domains.Allow.Count + domains.Deny.Count > 0 ? domains : null;
    }

    public static string? DisplayNameFault(string name) =>
        string.IsNullOrWhiteSpace(name) ? "must not be empty"
        : TextLength.Exceeds(name, MaxDisplayNameLength) ? "is longer than 200 characters"
        : CleanText.IsHarmless(name) ? null
        : "holds control characters or marks that can't be seen";

    private static List<string> Domains(NodeReader node, string key)
    {
        var domains = new List<string>();
        var items = node.List(key) ?? [];
        for (var index = 0; index < items.Count && index < TenantDomains.Most; index++)
        {
            if ((NodeText.Of(items[index]) is { } text ? DomainSyntax.FindFault(text) : "must be a text; put quotes around it") is { } fault)
            {
                node.Problem($"{key}[{index}]", fault);
            }
            else
            {
                domains.Add(NodeText.Of(items[index])!);
            }
        }

        if (items.Count > TenantDomains.Most)
        {
            node.Problem(key, $"must have at most {TenantDomains.Most} domains; more go into Checks:DisposableDomainsFile");
        }

        return domains;
    }

    public static string? DomainFault(string domain) => DomainSyntax.FindFault(domain);

    public static string? EmailFault(string address) => EmailSyntax.FindFault(address);

    public static string? TimeZoneFault(string zone) =>
        zone == "UTC" || (TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) && found.HasIanaId)
            ? null
            : "is no time zone of the IANA data base; write for example Europe/Stockholm";

    public static string? RegionFault(string region) =>
        region is [>= 'A' and <= 'Z', >= 'A' and <= 'Z'] ? null : "must be two capital letters (ISO 3166), for example SE";
}
