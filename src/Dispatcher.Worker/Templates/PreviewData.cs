using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Text;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Templates;

/// <summary>
/// What <c>template render --data</c> reads: an invitation as producers write it, of which everything may be left out, and beside it the
/// values of placeholders by their names, which then stand instead of what the invitation would give.
/// </summary>
internal sealed record PreviewData(Invitation Invitation, IReadOnlyDictionary<string, string> Named)
{
    private const string Examples = """
        {"tenant":"example","id":"preview","recipient":{"name":"Eva Berg","email":"eva@example.com"},"referenceNumber":"order-4711",
         "products":[{"sku":"A-1","name":"Toy car"},{"sku":"B-2","name":"Doll"}]}
        """;

    private static readonly string[] Names =
    [
        nameof(Placeholder.Name), nameof(Placeholder.CompanyIdentifier), nameof(Placeholder.DomainName), nameof(Placeholder.Link),
        nameof(Placeholder.Order), nameof(Placeholder.UnsubscribeLink),
    ];

    /// <param name="json">Null: an example.</param>
    /// <param name="type">Of the template.</param>
    /// <exception cref="UsageException">It is no invitation; every mistake is named.</exception>
    public static PreviewData Read(byte[]? json, InvitationType type, DateTimeOffset now)
    {
        var data = ReadObject(json);
        var named = Names.Where(data.ContainsKey).ToDictionary(name => name, name => Take(data, name));
        foreach (var (key, example) in ReadObject(Encoding.UTF8.GetBytes(Examples)))
        {
            // What the caller left out, but not what was left empty on purpose.
            if (!data.ContainsKey(key) && (json is null || key is "tenant" or "id" or "recipient"))
            {
                data[key] = example!.DeepClone();
            }
        }

        if (data["recipient"] is JsonObject recipient && !recipient.ContainsKey("email") && !recipient.ContainsKey("phone"))
        {
            recipient["email"] = "eva@example.com";
        }

        if (!data.ContainsKey("type") && type != InvitationType.Reminder)
        {
            data["type"] = Codes.Of(type);
        }

        var read = InvitationReader.Read(Encoding.UTF8.GetBytes(data.ToJsonString()), new(null, "preview", now));
        return read.Ok ? new(read.Invitation, named) : throw new UsageException("--data: " + string.Join(Environment.NewLine + "--data: ", read.Problems));
    }

    /// <summary>Puts the named values in place of what the invitation gave.</summary>
    public TemplateValues Apply(TemplateValues values) => values with
    {
        Name = Of(nameof(Placeholder.Name)) is { } name ? (name.Length > 0 ? name : null) : values.Name,
        Company = Of(nameof(Placeholder.CompanyIdentifier)) ?? values.Company,
        Domain = Of(nameof(Placeholder.DomainName)) ?? values.Domain,
        Order = Of(nameof(Placeholder.Order)) ?? values.Order,
        Link = Of(nameof(Placeholder.Link)) ?? values.Link,
        UnsubscribeLink = Of(nameof(Placeholder.UnsubscribeLink)) ?? values.UnsubscribeLink,
    };

    private string? Of(string name) => Named.TryGetValue(name, out var value) ? CleanText.SingleLine(value) : null;

    private static JsonObject ReadObject(byte[]? json)
    {
        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = InvitationLimits.MaxDepth };
            return json is null ? [] : JsonNode.Parse(json, documentOptions: options) as JsonObject ?? throw new UsageException("--data: must be one JSON object");
        }
        catch (JsonException exception)
        {
            throw new UsageException($"--data: is not well-formed JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})");
        }
        catch (InvalidOperationException)
        {
            // An escape may name half of a surrogate pair; for the name of a member only decoding tells.
            throw new UsageException("--data: holds half of a surrogate pair, which is no Unicode text");
        }
    }

    /// <summary>An address must be one that may stand in a message.</summary>
    private static string Take(JsonObject data, string name)
    {
        var text = Core.Json.NodeText.Of(data[name]) ?? throw new UsageException($"--data: {name}: must be a text");
        data.Remove(name);
        return name is nameof(Placeholder.Link) or nameof(Placeholder.UnsubscribeLink) && !WebUrl.IsValid(text)
            ? throw new UsageException($"--data: {name}: must be an absolute http or https address")
            : text;
    }
}
