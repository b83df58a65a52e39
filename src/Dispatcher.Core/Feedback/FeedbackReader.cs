using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Json;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Feedback;

/// <summary>
/// Reads one event from JSON: <c>{"tenant","id"|"messageId"|"recipient","kind","at","detail"}</c>, and optionally <c>scope</c> and <c>attempt</c>.
/// Reports every mistake in one go; a member that is not known is a mistake. Pure; safe for concurrent calls.
/// </summary>
public static class FeedbackReader
{
    /// <summary>Longest line, in bytes.</summary>
    public const int MaxBytes = 16 * 1024;

    private const int MaxAddress = 320;
    private const int MaxDetail = 2000;

    private static JsonDocumentOptions Strict => new() { AllowDuplicateProperties = false };

    /// <param name="json">UTF-8.</param>
    /// <param name="sender">Whose events may come: what names another tenant, or means everybody, is refused. Null: anybody's.</param>
    public static ReadResult<FeedbackEvent> Read(ReadOnlySpan<byte> json, string? sender = null)
    {
        var problems = new ProblemList();
        try
        {
            if (JsonNode.Parse(json, documentOptions: Strict) is JsonObject node)
            {
                var read = Read(new NodeReader(node, "", problems), sender);
                return new(problems.Any ? [] : [read], problems.All);
            }

            problems.Add("", "must be an object");
        }
        catch (JsonException)
        {
            problems.Add("", "is not JSON, or a member stands twice");
        }
        catch (InvalidOperationException)
        {
            problems.Add("", "holds half of a surrogate pair, which is no Unicode text");
        }

        return new([], problems.All);
    }

    private static FeedbackEvent Read(NodeReader node, string? sender)
    {
        var kind = node.Code<FeedbackKind>("kind") ?? FeedbackKind.Unset;
        var tenant = node.Text("tenant", name => !Identity.IsTenant(name) ? "is no tenant's name" : sender is not null && name != sender ? $"must be {sender}" : null) ?? sender;
        var id = node.Text("id", value => Identity.IsId(value) ? null : "is no id");
        var message = node.Text("messageId", value => KeyOf(value) is null ? "is no Message-ID of ours" : null);
        var recipient = node.Text("recipient", AddressFault);
        var at = node.Text("at", text => IsoMoment.TryParse(text, out _) ? null : IsoMoment.Fault);
        var detail = node.Text("detail", text => TextLength.Exceeds(text, MaxDetail) ? "is longer than 2000 characters" : null);
        var scope = node.Code<FeedbackScope>("scope") ?? FeedbackScope.Tenant;
        var attempt = node.Integer("attempt", 1, int.MaxValue);
        node.RefuseUnknown();
        node.Require("kind");
        if (kind == FeedbackKind.Unset && node.Has("kind"))
        {
            node.Problem("kind", "must be one of bounce, complaint, unsubscribe, review, receipt");
        }

        Judge(node, kind, tenant, scope);
        if (sender is not null && scope == FeedbackScope.All)
        {
            node.Problem("scope", "all is not one tenant's to say; send it without ?tenant=");
        }

        return new()
        {
            Kind = kind,
            Tenant = tenant,
            Id = id,
            RecordKey = message is null ? null : KeyOf(message),
            Recipient = recipient,
            At = IsoMoment.TryParse(at, out var moment) ? moment : null,
            Detail = detail,
            Scope = scope,
            Attempt = attempt,
        };
    }

    private static void Judge(NodeReader node, FeedbackKind kind, string? tenant, FeedbackScope scope)
    {
        string[] ways = ["id", "messageId", "recipient"];
        if (ways.Count(node.Has) != 1)
        {
            node.Problem("", "needs one of id, messageId and recipient");
        }
        else if (tenant is null && !node.Has("messageId") && !(scope == FeedbackScope.All && node.Has("recipient")))
        {
            node.Problem("tenant", "is required");
        }
        else if (node.Has("recipient") && kind == FeedbackKind.Receipt)
        {
            node.Problem("recipient", "does not tell which invitation arrived; send id or messageId");
        }

        if (scope == FeedbackScope.All && kind != FeedbackKind.Unsubscribe)
        {
            node.Problem("scope", "all is for unsubscribe alone");
        }
    }

    private static string? AddressFault(string address) =>
        string.IsNullOrWhiteSpace(address) || address.Length > MaxAddress || address.Any(char.IsControl) ? "is no address" : null;

    /// <returns>Null: not one of ours.</returns>
    private static string? KeyOf(string messageId)
    {
        var bare = messageId.Trim().TrimStart('<');
        var at = bare.IndexOf('@', StringComparison.Ordinal);
        return at == RecordKey.Length && bare.AsSpan(0, at).IndexOfAnyExcept(KeyCharacters) < 0 ? bare[..at] : null;
    }

    private static readonly System.Buffers.SearchValues<char> KeyCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
}
