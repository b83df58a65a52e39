using System.Runtime.CompilerServices;
using System.Text;
using Dispatcher.Worker.Intake;

namespace Dispatcher.Worker.Lists;

/// <summary>
/// Entries of a list from CSV: one a line, in the column that a header calls by one of the rules' names, else in the first. In bounded memory. Bad lines are told and left out. Used by one reader.
/// </summary>
/// <param name="reject">Called for each bad line: its number and why.</param>
internal sealed class ListFile(LineReader lines, ListRules rules, Action<long, string> reject)
{
    public const int LongestLine = 16 * 1024;

    public long BytesRead => lines.BytesRead;

    public long Rejected { get; private set; }

    /// <exception cref="InvalidDataException">More than <see cref="ListRules.MaxEntries"/>: the list in force stays.</exception>
    public async IAsyncEnumerable<string> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CsvLineParser? parser = null;
        var (column, taken) = (0, 0);
        while (await lines.ReadAsync(cancellationToken) is { } line)
        {
            if (LineDecoder.IsBlank(line) || (rules.Comments && line.Bytes.Span is [(byte)'#', ..]))
            {
                continue;
            }

            if (LineDecoder.Problem(line, LongestLine) is { } problem)
            {
                Reject(line.Number, problem);
                continue;
            }

            var first = parser is null;
            parser ??= new CsvLineParser(CsvLineParser.SeparatorOf(Encoding.UTF8.GetString(line.Bytes.Span)));
            if (parser.Split(line.Bytes) is not { } fields)
            {
                Reject(line.Number, "the quotes don't match; a quoted field must end on its line");
            }
            else if (first && Array.FindIndex(fields, IsHeader) is >= 0 and var named)
            {
                column = named;
            }
            else if (FindFault(fields, column, out var entry) is { } fault)
            {
                Reject(line.Number, fault);
            }
            else if (++taken > rules.MaxEntries)
            {
                throw new InvalidDataException($"A list has at most {rules.MaxEntries:N0} entries; the list in force stays.");
            }
            else
            {
                yield return entry;
            }
        }
    }

    private bool IsHeader(string field) => rules.Columns.Contains(field.Trim(), StringComparer.OrdinalIgnoreCase);

    private string? FindFault(string[] fields, int column, out string entry)
    {
        entry = column < fields.Length ? fields[column].Trim() : "";
        return entry.Length == 0 ? $"column {column + 1} is empty" : rules.FindFault(entry);
    }

    private void Reject(long line, string reason)
    {
        Rejected++;
        reject(line, reason);
    }
}
