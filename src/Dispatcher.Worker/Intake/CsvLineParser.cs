using CsvHelper;

namespace Dispatcher.Worker.Intake;

/// <summary>
/// Splits one line at a time into fields, with CsvHelper. A line break inside quotes is not allowed: no field of an invitation can hold
/// one, and so a stray quote costs one line and not the rest of the file.
/// </summary>
internal sealed class CsvLineParser(char separator)
{
    private readonly CsvReaderOptions _options = new()
    {
        Separator = separator,
        HasHeader = false,
        AllowLineBreaksInQuotes = false,
        MalformedData = CsvMalformedDataHandling.Throw,
        DetectSeparatorHint = false,
        SkipEmptyLines = false,
        IncludeValuesInExceptions = false,
    };

    /// <summary>The separator that a header uses: comma, semicolon or tab, whichever is there most.</summary>
    public static char SeparatorOf(string header) => ",;\t".MaxBy(candidate => header.Count(c => c == candidate));

    /// <returns>Null: the quotes of the line are wrong, or it has a line break of its own.</returns>
    public string[]? Split(ReadOnlyMemory<byte> line)
    {
        if (line.Span.ContainsAny((byte)'\r', (byte)'\n'))
        {
            return null;
        }

        try
        {
            using var reader = CsvReader.Create(line, _options);
            if (!reader.Read())
            {
                return [];
            }

            var fields = new string[reader.Current.FieldCount];
            for (var i = 0; i < fields.Length; i++)
            {
                fields[i] = reader.GetString(i);
            }

            return fields;
        }
        catch (CsvFormatException)
        {
            return null;
        }
    }
}
