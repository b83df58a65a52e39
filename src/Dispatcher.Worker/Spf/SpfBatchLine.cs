using System.Text.Json;
using Dispatcher.Core.Addresses;
using Dispatcher.Core.Spf;
using Dispatcher.Worker.Intake;

namespace Dispatcher.Worker.Spf;

/// <summary>A line of a batch: a request with its id, or why there is none.</summary>
internal sealed record SpfBatchLine(long Number, string? Id, SpfRequest? Request, string? Error)
{
    /// <summary>Octets of a line; ten times what the longest sender and name need.</summary>
    public const int Longest = 16_384;

    public static SpfBatchLine Read(InputLine line)
    {
        if (line.TooLong)
        {
            return new(line.Number, null, null, $"the line is longer than {Longest} octets");
        }

        try
        {
            using var document = JsonDocument.Parse(line.Bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(line.Number, document.RootElement)
                : new(line.Number, null, null, "the line is not a JSON object");
        }
        catch (JsonException exception)
        {
            return new(line.Number, null, null, $"the line is not JSON: error at octet {exception.BytePositionInLine}");
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair in a member's name; only comparing tells.
            return new(line.Number, null, null, "a member's name is not valid text");
        }
    }

    private static SpfBatchLine Read(long number, JsonElement root)
    {
        var wrong = new List<string>();
        var id = Text(root, "id", wrong);
        var ip = Text(root, "ip", wrong);
        var mailFrom = Text(root, "mailFrom", wrong);
        var helo = Text(root, "helo", wrong);
        var address = IpSyntax.Parse(ip);
        if (address is null)
        {
            wrong.Add(ip is null ? "ip is missing" : "ip is not an IP address");
        }

        if (mailFrom is null && helo is null)
        {
            wrong.Add("mailFrom and helo are missing");
        }

        return wrong.Count > 0
            ? new(number, id, null, string.Join("; ", wrong))
            : new(number, id, new SpfRequest(address!, mailFrom ?? "", helo ?? ""), null);
    }

    private static string? Text(JsonElement root, string name, List<string> wrong)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            try
            {
                return value.GetString();
            }
            catch (InvalidOperationException)
            {
                // Half of a surrogate pair, or octets that are no UTF-8.
                wrong.Add($"{name} is not valid text");
                return null;
            }
        }

        if (name == "id" && value.ValueKind == JsonValueKind.Number)
        {
            return value.GetRawText();
        }

        wrong.Add($"{name} is not a text");
        return null;
    }
}
