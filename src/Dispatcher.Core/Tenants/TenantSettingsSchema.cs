using System.Text.Json.Nodes;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Tenants;

/// <summary>
/// The JSON schema (draft 2020-12) of a file of tenants, for editors and for those who write files by program. It says what
/// <see cref="TenantSettingsReader"/> takes, as far as a schema can: the reader knows more (whether a time zone exists). Tests hold the two
/// together. Pure.
/// </summary>
public static class TenantSettingsSchema
{
    private const string Duration = "^([0-9]*\\.?[0-9]+ *(ms|s|m|h|d)|([0-9]+\\.)?[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?)$";
    private const string Domain = "A domain; international ones in either form.";

    /// <returns>A new tree at each call.</returns>
    public static JsonObject Create() => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "Settings of Dispatcher's tenants",
        ["description"] = "One tenant, a list of tenants, or the key tenants with a list.",
        ["anyOf"] = new JsonArray(
            Reference(),
            new JsonObject { ["type"] = "array", ["items"] = Reference() },
            new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["tenants"] = new JsonObject { ["type"] = "array", ["items"] = Reference() } },
                ["required"] = new JsonArray("tenants"),
                ["additionalProperties"] = false,
            }),
        ["$defs"] = new JsonObject { ["tenant"] = Tenant() },
    };

    private static JsonObject Tenant() => Object(
        "A tenant. What is left out has its default; null counts as left out.",
        ["tenant"],
        ("tenant", new JsonObject { ["type"] = "string", ["pattern"] = "^[a-z0-9][a-z0-9._-]{0,62}$", ["description"] = "Its name, by which producers call it." }),
        ("displayName", Text("Company in templates, and the sender's name where there is none.", 200)),
        ("domain", Text(Domain + " Stands in templates and links.", 253)),
        ("plan", Code<Plan>("The monthly limit, and what is included; unlimited includes all add-ons.", Plan.Unlimited)),
        ("addOns", List(new JsonObject { ["enum"] = Array(AddOn.All) }, "What the plan does not include.")),
        ("monthlyLimit", Whole("Invitations a calendar month in timeZone. Default: the plan's.", 0, 1_000_000_000)),
        ("limitReached", Code<LimitReached>("What becomes of an invitation over the monthly limit.", LimitReached.End)),
        ("timeZone", new JsonObject { ["type"] = Types("string"), ["default"] = "UTC", ["description"] = "IANA name, for example Europe/Stockholm." }),
        ("region", new JsonObject { ["type"] = Types("string"), ["pattern"] = "^[A-Z]{2}$", ["description"] = "ISO 3166 alpha-2." }),
        ("rate", Object(
            "Most sends a second, over all workers.",
            ["perSecond"],
            ("perSecond", Number("Sends a second.", LimitRanges.MinPerSecond, LimitRanges.MaxPerSecond)),
            ("burst", Whole("What may go at once. Default: one second's worth.", 1, LimitRanges.MaxBurst)))),
        ("concurrency", Whole("Most invitations claimed or on the wire at once, over all workers.", 1, LimitRanges.MaxConcurrency)),
        ("weight", With(Number("Share of service against other tenants.", LimitRanges.MinWeight, LimitRanges.MaxWeight), 1)),
        ("frequency", Object(
            "At most one invitation to a recipient: in so many days, or ever. One of the two.",
            [],
            ("days", Whole("Days between two invitations.", 1, 3_650)),
            ("once", Flag("One invitation ever.", false)))),
        ("kickstart", Object(
            "Kickstart invitations.",
            ["until", "max"],
            ("until", new JsonObject { ["type"] = "string", ["format"] = "date", ["description"] = "The last day." }),
            ("max", new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = 1_000_000_000, ["description"] = "How many in all." }))),
        ("reminders", Flag("Whether reminders are sent.", true)),
        ("uncertain", Code<UncertainPolicy>("What becomes of an attempt whose outcome nobody knows.", UncertainPolicy.Resend)),
        ("retry", Object(
            "When to try again, where the worker's settings don't suit. One of the two at least.",
            [],
            ("schedule", List(Span("A wait: above zero, at most 7 days, none shorter than the one before."), "Waits after the first, second, … attempt.", 50)),
            ("maxAge", Span("Age since the first attempt at which trying ends: 1 s to 30 days.")))),
        ("sender", Object(
            "Who sends, where an invitation does not say.",
            [],
            ("name", Text("Shown as the sender.", 100)),
            ("email", Text("From address; needs plan unlimited or the add-on customSender.", 254)),
            ("replyTo", Text("Where answers go.", 254)),
            ("bounceDomain", Text(Domain + " Of the envelope sender.", 253)),
            ("dkimDomain", Text(Domain + " Of the signature.", 253)))),
        ("suppression", Object(
            "How long a recipient is left alone.",
            [],
            ("hardBounceDays", With(Whole("After a bounce for good.", 1, 36_500), 365)),
            ("complaintDays", With(Whole("After a complaint.", 1, 36_500), 3_650)))),
        ("temporaryDomains", Object(
            "Throw-away mail services; each domain covers all below it.",
            [],
            ("allow", List(new JsonObject { ["type"] = "string" }, "Exceptions; they go before every list.", TenantDomains.Most)),
            ("deny", List(new JsonObject { ["type"] = "string" }, "Besides those that are known.", TenantDomains.Most)))),
        ("maxReferenceLength", Whole("Longest reference number. Default: Checks:MaxReferenceLength.", 1, ChecksOptions.MostReferenceLength)),
        ("blocked", Flag("The tenant broke the rules, and nothing of it is sent.", false)));

    private static JsonObject Reference() => new() { ["$ref"] = "#/$defs/tenant" };

    private static JsonObject Object(string description, string[] required, params (string Key, JsonObject Schema)[] keys)
    {
        var properties = new JsonObject();
        foreach (var (key, schema) in keys)
        {
            properties[key] = schema;
        }

        return new()
        {
            ["type"] = required is ["tenant"] ? "object" : Types("object"),
            ["description"] = description,
            ["properties"] = properties,
            ["required"] = Array(required),
            ["additionalProperties"] = false,
        };
    }

    private static JsonObject Text(string description, int most) =>
        new() { ["type"] = Types("string"), ["minLength"] = 1, ["maxLength"] = most, ["description"] = description };

    private static JsonObject Span(string description) => new() { ["type"] = Types("string"), ["pattern"] = Duration, ["description"] = description };

    private static JsonObject Whole(string description, int min, int max) =>
        new() { ["type"] = Types("integer"), ["minimum"] = min, ["maximum"] = max, ["description"] = description };

    private static JsonObject Number(string description, double min, double max) =>
        new() { ["type"] = Types("number"), ["minimum"] = min, ["maximum"] = max, ["description"] = description };

    private static JsonObject Flag(string description, bool unset) => new() { ["type"] = Types("boolean"), ["default"] = unset, ["description"] = description };

    private static JsonObject Code<TEnum>(string description, TEnum unset)
        where TEnum : struct, Enum => new() { ["enum"] = Array([.. Codes.All<TEnum>(), null]), ["default"] = Codes.Of(unset), ["description"] = description };

    private static JsonObject List(JsonObject items, string description, int? most = null)
    {
        var list = new JsonObject { ["type"] = Types("array"), ["items"] = items, ["description"] = description };
        if (most is { } bound)
        {
            list["maxItems"] = bound;
        }

        return list;
    }

    private static JsonObject With(JsonObject schema, int unset)
    {
        schema["default"] = unset;
        return schema;
    }

    private static JsonArray Types(string type) => [type, "null"];

    private static JsonArray Array(IEnumerable<string?> words) => [.. words.Select(word => JsonValue.Create(word))];
}
