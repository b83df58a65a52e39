using System.Text.Json;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Text;

namespace Dispatcher.Worker.Http;

/// <summary>Reads the body of a PATCH: <c>{"recipient":{"name":"Eva"}}</c> and nothing else.</summary>
internal static class RecordEdit
{
    /// <summary>Bytes: more than the longest name takes with each character escaped.</summary>
    public const int LargestBody = 16 * 1024;

    /// <returns>What is wrong; null: nothing.</returns>
    public static string? NameOf(JsonElement body, out string name)
    {
        name = "";
        try
        {
            return Read(body, out name);
        }
        catch (InvalidOperationException)
        {
            // An escape may name half of a surrogate pair (\ud800), which is no text; only decoding tells.
            return "The body holds half of a surrogate pair, which is no Unicode text.";
        }
    }

    private static string? Read(JsonElement body, out string name)
    {
        name = "";
        if (!Only(body, "recipient", out var recipient) || !Only(recipient, "name", out var value) || value.ValueKind != JsonValueKind.String)
        {
            return "Only the recipient's name can be edited: {\"recipient\":{\"name\":\"Eva\"}}.";
        }

        name = value.GetString()!;
        return TextLength.Exceeds(name, InvitationLimits.MaxNameLength) || name.Any(char.IsControl)
            ? $"recipient.name: at most {InvitationLimits.MaxNameLength} characters, no control characters."
            : null;
    }

    private static bool Only(JsonElement element, string member, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.EnumerateObject().Count() == 1 && element.TryGetProperty(member, out value);
    }
}
