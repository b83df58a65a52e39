using System.Text.Json.Nodes;
using Dispatcher.Core.Json;

namespace Dispatcher.Core.Tenants;

/// <summary>
/// Reads tenants' settings from a tree of nodes (contracts, section 7), wherever it came from, and reports every mistake in one go. A key
/// that is not known is a mistake: a typing error must not switch a limit off. Pure; safe for concurrent calls.
/// </summary>
public static class TenantSettingsReader
{
    private static readonly SettingsListReader<TenantSettings> List = new("tenants", "tenant", ReadOne, FindRepeated);

    /// <param name="root">One tenant, a list of tenants, or an object with the one key <c>tenants</c>, which holds a list.</param>
    /// <param name="place">Null: places are not known.</param>
    public static TenantReadResult Read(JsonNode? root, NodePlace? place = null) => new(List.Read(root, place));

    /// <summary>The same from JSON as text; broken JSON and keys that stand twice are problems too.</summary>
    public static TenantReadResult ReadJson(string json) => new(List.ReadJson(json));

    private static IEnumerable<string> FindRepeated(IReadOnlyList<TenantSettings> tenants) => tenants
        .GroupBy(tenant => tenant.Tenant)
        .Where(same => same.Key.Length > 0 && same.Count() > 1)
        .Select(same => $"'{same.Key}' stands {same.Count()} times; keep one");

    private static TenantSettings ReadOne(NodeReader node)
    {
        var defaults = TenantSettings.Default("");
        var settings = new TenantSettings
        {
            Tenant = TenantRules.Name(node, "tenant"),
            DisplayName = node.Text("displayName", TenantRules.DisplayNameFault),
            Domain = node.Text("domain", TenantRules.DomainFault),
            Plan = node.Code<Plan>("plan") ?? defaults.Plan,
            AddOns = TenantRules.AddOns(node),
            MonthlyLimit = node.Integer("monthlyLimit", 0, 1_000_000_000),
            LimitReached = node.Code<LimitReached>("limitReached") ?? defaults.LimitReached,
            TimeZone = node.Text("timeZone", TenantRules.TimeZoneFault) ?? defaults.TimeZone,
            Region = node.Text("region", TenantRules.RegionFault),
            Rate = LimitRules.Rate(node),
            Concurrency = LimitRules.Concurrency(node),
            Weight = node.Number("weight", LimitRanges.MinWeight, LimitRanges.MaxWeight) ?? defaults.Weight,
            Frequency = ReadFrequency(node.Object("frequency")),
            Kickstart = ReadKickstart(node.Object("kickstart")),
            Reminders = node.Flag("reminders") ?? defaults.Reminders,
            Uncertain = node.Code<UncertainPolicy>("uncertain") ?? defaults.Uncertain,
            Retry = RetryRules.Read(node.Object("retry")),
            Sender = ReadSender(node.Object("sender")),
            Suppression = ReadSuppression(node.Object("suppression")) ?? defaults.Suppression,
            TemporaryDomains = TenantRules.TemporaryDomains(node.Object("temporaryDomains")),
            MaxReferenceLength = node.Integer("maxReferenceLength", 1, Checks.ChecksOptions.MostReferenceLength),
            Blocked = node.Flag("blocked") ?? defaults.Blocked,
        };
        node.RefuseUnknown();
        return settings;
    }

    private static FrequencyRule? ReadFrequency(NodeReader? node)
    {
        if (node is null)
        {
            return null;
        }

        var days = node.Integer("days", 1, 3_650);
        var once = node.Flag("once") ?? false;
        if (days is null && !once)
        {
            node.Problem("", "needs days, or once: true");
        }
        else if (days is not null && once)
        {
            node.Problem("", "has both days and once; keep one");
        }

        node.RefuseUnknown();
        return new(days, once);
    }

    private static KickstartGrant? ReadKickstart(NodeReader? node)
    {
        if (node is null)
        {
            return null;
        }

        var until = node.Date("until");
        var max = node.Integer("max", 0, 1_000_000_000);
        node.Require("until");
        node.Require("max");
        node.RefuseUnknown();
        return new(until ?? default, max ?? 0);
    }

    private static SenderSettings? ReadSender(NodeReader? node)
    {
        if (node is null)
        {
            return null;
        }

        var sender = new SenderSettings
        {
            Name = node.Text("name", Addresses.SenderNameSyntax.FindFault),
            Email = node.Text("email", TenantRules.EmailFault),
            ReplyTo = node.Text("replyTo", TenantRules.EmailFault),
            BounceDomain = node.Text("bounceDomain", TenantRules.DomainFault),
            DkimDomain = node.Text("dkimDomain", TenantRules.DomainFault),
        };
        node.RefuseUnknown();
        return sender;
    }

    private static SuppressionSettings? ReadSuppression(NodeReader? node)
    {
        if (node is null)
        {
            return null;
        }

        var defaults = new SuppressionSettings();
        var suppression = new SuppressionSettings
        {
            HardBounceDays = node.Integer("hardBounceDays", 1, 36_500) ?? defaults.HardBounceDays,
            ComplaintDays = node.Integer("complaintDays", 1, 36_500) ?? defaults.ComplaintDays,
        };
        node.RefuseUnknown();
        return suppression;
    }
}
