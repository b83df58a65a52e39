using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Core.Json;

namespace Dispatcher.Core.Tenants;

/// <summary>
/// Reads tenants' settings from a tree of nodes (contracts, section 7), wherever it came from, and reports every mistake in one go. A key
/// that is not known is a mistake: a typing error must not switch a limit off. Pure; safe for concurrent calls.
/// </summary>
public static class TenantSettingsReader
{
    /// <param name="root">One tenant, a list of tenants, or an object with the one key <c>tenants</c>, which holds a list.</param>
    public static TenantReadResult Read(JsonNode? root)
    {
        var problems = new ProblemList();
        var tenants = new List<TenantSettings>();
        switch (root)
        {
            case JsonArray list:
                ReadList(list, "tenants", tenants, problems);
                break;
            case JsonObject single when !single.ContainsKey("tenants"):
                tenants.Add(ReadOne(new NodeReader(single, "", problems)));
                break;
            case JsonObject file:
                var reader = new NodeReader(file, "", problems);
                ReadList(reader.List("tenants") ?? [], "tenants", tenants, problems);
                reader.RefuseUnknown();
                break;
            default:
                problems.Add("", "must be a tenant or a list of tenants");
                break;
        }

        FindRepeated(tenants, problems);
        return new(problems.Any ? [] : tenants, problems.All);
    }

    /// <summary>The same from JSON as text; broken JSON and keys that stand twice are problems too.</summary>
    public static TenantReadResult ReadJson(string json)
    {
        try
        {
            return Read(JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }));
        }
        catch (JsonException exception)
        {
            return new([], [$"is not well-formed JSON: {exception.Message}"]);
        }
    }

    private static void ReadList(JsonArray list, string path, List<TenantSettings> tenants, ProblemList problems)
    {
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index] is JsonObject item)
            {
                tenants.Add(ReadOne(new NodeReader(item, $"{path}[{index}].", problems)));
            }
            else
            {
                problems.Add($"{path}[{index}]", "must be a tenant: keys with values");
            }
        }
    }

    private static void FindRepeated(List<TenantSettings> tenants, ProblemList problems)
    {
        foreach (var same in tenants.GroupBy(tenant => tenant.Tenant).Where(same => same.Key.Length > 0 && same.Count() > 1))
        {
            problems.Add("tenants", $"'{same.Key}' stands {same.Count()} times; keep one");
        }
    }

    private static TenantSettings ReadOne(NodeReader node)
    {
        var defaults = TenantSettings.Default("");
        var settings = new TenantSettings
        {
            Tenant = TenantRules.Tenant(node),
            DisplayName = node.Text("displayName", TenantRules.DisplayNameFault),
            Domain = node.Text("domain", TenantRules.DomainFault),
            Plan = node.Code<Plan>("plan") ?? defaults.Plan,
            AddOns = TenantRules.AddOns(node),
            MonthlyLimit = node.Integer("monthlyLimit", 0, 1_000_000_000),
            TimeZone = node.Text("timeZone", TenantRules.TimeZoneFault) ?? defaults.TimeZone,
            Region = node.Text("region", TenantRules.RegionFault),
            Rate = ReadRate(node.Object("rate")),
            Concurrency = node.Integer("concurrency", 1, 100_000),
            Weight = node.Number("weight", 0.01, 1_000) ?? defaults.Weight,
            Frequency = ReadFrequency(node.Object("frequency")),
            Kickstart = ReadKickstart(node.Object("kickstart")),
            Reminders = node.Flag("reminders") ?? defaults.Reminders,
            Uncertain = node.Code<UncertainPolicy>("uncertain") ?? defaults.Uncertain,
            Sender = ReadSender(node.Object("sender")),
            Suppression = ReadSuppression(node.Object("suppression")) ?? defaults.Suppression,
            Blocked = node.Flag("blocked") ?? defaults.Blocked,
        };
        node.RefuseUnknown();
        return settings;
    }

    private static TenantRate? ReadRate(NodeReader? node)
    {
        if (node is null)
        {
            return null;
        }

        var perSecond = node.Number("perSecond", 0.001, 100_000);
        node.Require("perSecond");

        // Without a burst of its own: one second's worth, so that the rate can be reached at all.
        var burst = node.Integer("burst", 1, 1_000_000) ?? Math.Max(1, (int)Math.Ceiling(perSecond ?? 1));
        node.RefuseUnknown();
        return new(perSecond ?? 1, burst);
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
