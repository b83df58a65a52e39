namespace Dispatcher.Core.Text;

/// <summary>Finds the known name that somebody probably meant: the same letters in another spelling, or a slip or two away.</summary>
public static class NearestName
{
    private const int MaxLength = 64;

    /// <param name="word">What was written.</param>
    /// <param name="names">What is known.</param>
    /// <returns>Null: nothing is near enough to be suggested.</returns>
    public static string? Find(ReadOnlySpan<char> word, IEnumerable<string> names)
    {
        Span<char> buffer = stackalloc char[MaxLength];
        if (word.Length > MaxLength || Letters(word, buffer) is not { Length: > 0 } written)
        {
            return null;
        }

        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var name in names)
        {
            var distance = Distance(written, name.ToLowerInvariant());
            var allowed = name.Length <= 5 ? 1 : 2;
            if (distance <= allowed && distance < bestDistance)
            {
                (best, bestDistance) = (name, distance);
            }
        }

        return best;
    }

    /// <summary>Says which words there are, and which one was probably meant.</summary>
    /// <param name="word">What was written; null: no text.</param>
    /// <param name="names">What is known.</param>
    public static string OneOf(string? word, IReadOnlyList<string> names) =>
        $"must be one of {string.Join(", ", names)}{(word is not null && Find(word, names) is { } nearest ? $"; did you mean {nearest}?" : "")}";

    /// <summary>True when only case, spaces, hyphens or underscores differ.</summary>
    public static bool IsSameLetters(ReadOnlySpan<char> word, string name)
    {
        Span<char> buffer = stackalloc char[MaxLength];
        return word.Length <= MaxLength && Letters(word, buffer).Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    private static ReadOnlySpan<char> Letters(ReadOnlySpan<char> word, Span<char> buffer)
    {
        var length = 0;
        foreach (var character in word)
        {
            if (char.IsAsciiLetterOrDigit(character))
            {
                buffer[length++] = char.ToLowerInvariant(character);
            }
            else if (character is not (' ' or '-' or '_'))
            {
                return [];
            }
        }

        return buffer[..length];
    }

    /// <summary>Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.</summary>
    internal static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var best = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                rows[i, j] = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] ? Math.Min(best, rows[i - 2, j - 2] + 1) : best;
            }
        }

        return rows[a.Length, b.Length];
    }
}
