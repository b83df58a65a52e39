using System.Collections.Frozen;
using System.Text;

namespace Dispatcher.Core.Text;

/// <summary>
/// The kebab-case codes that stand outside for the members of an enum: <c>FeedbackMail</c> is <c>feedback-mail</c>. One word, one code:
/// a member's name decides. Safe for concurrent calls; look-ups don't allocate.
/// </summary>
public static class Codes
{
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is no member: a bug of the caller.</exception>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => Table<TEnum>.ByValue.TryGetValue(value, out var code)
            ? code
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Not a member of the enum.");

    /// <summary>Case sensitive; no white space is skipped.</summary>
    public static bool TryParse<TEnum>(ReadOnlySpan<char> code, out TEnum value)
        where TEnum : struct, Enum => Table<TEnum>.ByCode.TryGetValue(code, out value);

    /// <summary>Every code in the order of the enum's values, the zero member included.</summary>
    public static IReadOnlyList<string> All<TEnum>()
        where TEnum : struct, Enum => Table<TEnum>.All;

    private static string Kebab(string name)
    {
        var code = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter) && code.Length > 0)
            {
                code.Append('-');
            }

            code.Append(char.ToLowerInvariant(letter));
        }

        return code.ToString();
    }

    private static class Table<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly string[] All = [.. Enum.GetValues<TEnum>().Select(value => Kebab(value.ToString()))];

        public static readonly FrozenDictionary<TEnum, string> ByValue =
            Enum.GetValues<TEnum>().Zip(All).ToFrozenDictionary(pair => pair.First, pair => pair.Second);

        public static readonly FrozenDictionary<string, TEnum>.AlternateLookup<ReadOnlySpan<char>> ByCode =
            ByValue.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal)
                .GetAlternateLookup<ReadOnlySpan<char>>();
    }
}
