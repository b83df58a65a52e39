using Dispatcher.Core.Text;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Intake;

/// <summary>The columns that a CSV file may have, and where they stand in a given header.</summary>
internal sealed class CsvColumns
{
    public static readonly IReadOnlyList<string> Known =
    [
        "tenant", "id", "type", "method", "channel", "name", "email", "phone", "referenceNumber", "templateId", "locale", "senderName",
        "senderEmail", "replyTo", "landingPage", "sendAt", "createdAt", "reminderOf", "tags",
    ];

    private readonly Dictionary<string, int> _positions;

    private CsvColumns(Dictionary<string, int> positions, int count)
    {
        _positions = positions;
        Count = count;
    }

    /// <summary>How many fields each line must have.</summary>
    public int Count { get; }

    /// <summary>Names are compared without case, hyphens, underscores and spaces: <c>reference_number</c> is <c>referenceNumber</c>.</summary>
    /// <exception cref="UsageException">A column is unknown, doubled, or nothing says where to send.</exception>
    public static CsvColumns FromHeader(IReadOnlyList<string> header)
    {
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        var mistakes = new List<string>();
        for (var i = 0; i < header.Count; i++)
        {
            var name = Known.FirstOrDefault(known => Plain(known) == Plain(header[i]));
            if (name is null)
            {
                mistakes.Add(Unknown(header[i]));
            }
            else if (!positions.TryAdd(name, i))
            {
                mistakes.Add($"the column {name} stands there twice");
            }
        }

        if (mistakes.Count == 0 && !positions.ContainsKey("email") && !positions.ContainsKey("phone"))
        {
            mistakes.Add("there is no email and no phone column");
        }

        return mistakes.Count == 0
            ? new(positions, header.Count)
            : throw new UsageException($"The header of the CSV file is wrong: {string.Join("; ", mistakes)}. Columns are: {string.Join(',', Known)}.");
    }

    /// <returns>Null: the column is missing or its field is empty.</returns>
    public string? Value(IReadOnlyList<string> fields, string column) =>
        _positions.TryGetValue(column, out var position) && fields[position].Trim() is { Length: > 0 } value ? value : null;

    private static string Unknown(string column)
    {
        var shown = Cell.Plain(column.Length > 50 ? column[..50] + "…" : column);
        return NearestName.Find(column, Known) is { } near
            ? $"unknown column '{shown}', did you mean '{near}'?"
            : $"unknown column '{shown}'";
    }

    private static string Plain(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
