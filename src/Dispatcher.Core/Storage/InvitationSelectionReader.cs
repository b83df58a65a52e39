using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Core.Addresses;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Json;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Storage;

/// <summary>
/// Reads <c>{"ids":[…]}</c>, <c>{"filter":{…}}</c> or <c>{"all":true}</c>, and reports every mistake in one go. A member that is not known
/// is a mistake: a typing error in a filter must not cancel more than was meant. Pure; safe for concurrent calls.
/// </summary>
public static class InvitationSelectionReader
{
    /// <summary>Ids in one request.</summary>
    public const int MaxIds = 1000;

    private static readonly string[] Ways = ["ids", "filter", "all"];

    private static JsonDocumentOptions Strict => new() { AllowDuplicateProperties = false };

    /// <param name="body">What came.</param>
    /// <param name="tenant">Whose.</param>
    /// <returns>The one selection, or every mistake.</returns>
    public static ReadResult<InvitationSelection> Read(JsonElement body, string tenant)
    {
        var problems = new ProblemList();
        try
        {
            if (body.ValueKind == JsonValueKind.Object && JsonNode.Parse(body.GetRawText(), documentOptions: Strict) is JsonObject node)
            {
                var selection = Read(new NodeReader(node, "", problems), tenant);
                return new(problems.Any ? [] : [selection], problems.All);
            }

            problems.Add("", "must be an object with ids, filter or all");
        }
        catch (JsonException)
        {
            problems.Add("", "a member stands twice");
        }
        catch (InvalidOperationException)
        {
            // An escape may name half of a surrogate pair; for the name of a member only decoding tells.
            problems.Add("", "holds half of a surrogate pair, which is no Unicode text");
        }

        return new([], problems.All);
    }

    private static InvitationSelection Read(NodeReader node, string tenant)
    {
        var ids = ReadIds(node);
        var filter = node.Object("filter") is { } members ? ReadFilter(members, tenant) : null;
        var all = node.Flag("all");
        node.RefuseUnknown();
        if (all == false)
        {
            node.Problem("all", "must be true, or left out");
        }

        if (Ways.Count(node.Has) != 1)
        {
            node.Problem("", "needs one of ids, filter and all");
        }

        return new(ids, filter ?? (all == true ? new InvitationFilter { Tenant = tenant } : null));
    }

    private static string[]? ReadIds(NodeReader node)
    {
        if (node.List("ids") is not { } items)
        {
            return null;
        }

        var ids = items.Select(NodeText.Of).ToArray();
        if (ids.Length is 0 or > MaxIds || !ids.All(id => id is not null && Identity.IsId(id)))
        {
            node.Problem("ids", $"must be a list of 1 to {MaxIds} ids");
        }

        return [.. ids.OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    private static InvitationFilter ReadFilter(NodeReader node, string tenant)
    {
        var filter = new InvitationFilter
        {
            Tenant = tenant,
            Type = node.Code<InvitationType>("type"),
            TemplateId = node.Text("templateId", NotEmpty),
            Tag = node.Text("tag", NotEmpty),
            RecipientDomain = node.Text("recipientDomain", domain => DomainSyntax.FindFault(domain)),
            CreatedFrom = Moment(node, "createdFrom"),
            CreatedBefore = Moment(node, "createdBefore"),
        };
        node.RefuseUnknown();
        if (node.IsEmpty)
        {
            node.Problem("", "needs a member at least; for everything of the tenant send {\"all\":true}");
        }

        if (filter.CreatedFrom >= filter.CreatedBefore)
        {
            node.Problem("createdFrom", "must lie before createdBefore");
        }

        return filter;
    }

    private static DateTimeOffset? Moment(NodeReader node, string key) =>
        node.Text(key, text => IsoMoment.TryParse(text, out _) ? null : IsoMoment.Fault) is { } text && IsoMoment.TryParse(text, out var moment)
            ? moment
            : null;

    private static string? NotEmpty(string text) => text.Length == 0 ? "must not be empty" : null;
}
