using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Replies;

/// <summary>The two tables as read: <c>reasons.tsv</c> and <c>replies.tsv</c>. Each mistake is told with its line.</summary>
internal sealed class ReplyData
{
    /// <summary>What the classifier itself uses.</summary>
    private static readonly string[] Needed = ["accepted", "out-of-place"];

    private readonly Dictionary<string, ReplyReason> _reasons = new(StringComparer.Ordinal);
    private readonly List<ReplyRow> _rows = [];
    private readonly List<string> _problems = [];

    public IReadOnlyList<ReplyRow> Rows => _rows;

    public IReadOnlyCollection<ReplyReason> Reasons => _reasons.Values;

    /// <summary>Empty: both tables are sound.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <exception cref="InvalidOperationException">The product was built with a broken table.</exception>
    public static ReplyData LoadEmbedded()
    {
        var data = Read(Embedded("reasons.tsv"), Embedded("replies.tsv"));
        return data.Problems.Count == 0 ? data : throw new InvalidOperationException(string.Join('\n', data.Problems));
    }

    /// <summary>Reads what it can; see <see cref="Problems"/>.</summary>
    public static ReplyData Read(TextReader reasons, TextReader replies)
    {
        var data = new ReplyData();
        data.ReadLines(reasons, "reasons.tsv", 7, data.AddReason);
        data.ReadLines(replies, "replies.tsv", 7, data.AddRow);
        foreach (var needed in Needed.Where(needed => !data._reasons.ContainsKey(needed)))
        {
            data._problems.Add($"reasons.tsv: has no reason {needed}");
        }

        if (data._rows.Count == 0 || data._rows[^1] is not { Codes.Count: 0, Enhanced.Count: 0, Stages.Count: 0, Words.Count: 0 })
        {
            data._problems.Add("replies.tsv: the last row must fit every reply");
        }

        return data;
    }

    public ReplyReason Reason(string code) => _reasons[code];

    private static StreamReader Embedded(string name) => new(
        typeof(ReplyData).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded."));

    private void ReadLines(TextReader reader, string file, int columns, Action<string[], int, Action<string>> add)
    {
        using (reader)
        {
            for (var number = 1; reader.ReadLine() is { } line; number++)
            {
                if (string.IsNullOrWhiteSpace(line) || line.StartsWith('#'))
                {
                    continue;
                }

                var at = number;
                var cells = line.Split('\t', StringSplitOptions.TrimEntries);
                void Problem(string text) => _problems.Add($"{file}, line {at}: {text}");
                if (cells.Length != columns)
                {
                    Problem($"has {cells.Length} columns, must have {columns}, separated by tabs");
                    continue;
                }

                add(cells, at, Problem);
            }
        }
    }

    private void AddReason(string[] cells, int line, Action<string> problem)
    {
        var reason = new ReplyReason
        {
            Code = cells[0],
            Rule = Code<ReasonRule>(cells[1], problem),
            Status = cells[2] == "-" ? Status.Unset : Code<Status>(cells[2], problem),
            Scope = Code<OutcomeScope>(cells[3], problem),
            RetryClass = Code<RetryClass>(cells[4], problem),
            Hard = cells[5] == "hard",
            Meaning = cells[6],
        };
        if (cells[5] is not ("hard" or "soft"))
        {
            problem("the sixth column must be hard or soft");
        }

        if (reason.Rule is ReasonRule.ByCode or ReasonRule.ByCodeElseDeferred or ReasonRule.Rejected && reason.Status == Status.Unset)
        {
            problem("can be a rejection, and so needs a status");
        }

        if (reason.Hard && reason.Status != Status.InvalidRecipient)
        {
            problem("only invalid-recipient can be hard");
        }

        if (!_reasons.TryAdd(reason.Code, reason))
        {
            problem($"the reason {reason.Code} stands twice");
        }
    }

    private void AddRow(string[] cells, int line, Action<string> problem)
    {
        if (!_reasons.TryGetValue(cells[0], out var reason))
        {
            problem($"'{cells[0]}' is no reason of reasons.tsv");
            return;
        }

        _rows.Add(new ReplyRow
        {
            Reason = reason,
            Codes = [.. Items(cells[1], ',').Select(text => CodeOf(text, problem))],
            Enhanced = [.. Items(cells[2], ',').Select(text => EnhancedOf(text, problem))],
            Stages = [.. Items(cells[3], ',').Select(text => Code<ReplyStage>(text, problem))],
            Words = [.. Items(cells[4], '|').Select(all => (IReadOnlyList<string>)[.. Items(all, '+').Select(text => Phrase(text, problem))])],
            Provider = cells[5],
            Source = cells[6],
            Line = line,
        });
        if (cells[5].Length == 0 || cells[6].Length == 0)
        {
            problem("provider and source must be given");
        }
    }

    private static string[] Items(string cell, char separator) =>
        cell == "-" ? [] : cell.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static TEnum Code<TEnum>(string text, Action<string> problem)
        where TEnum : struct, Enum
    {
        if (!Codes.TryParse<TEnum>(text, out var value))
        {
            problem($"'{text}' must be one of {string.Join(", ", Codes.All<TEnum>())}");
        }

        return value;
    }

    private static int CodeOf(string text, Action<string> problem)
    {
        if (text is "4xx" or "5xx")
        {
            return text[0] - '0';
        }

        if (int.TryParse(text, out var code) && code is >= 400 and < 600)
        {
            return code;
        }

        problem($"'{text}' must be a code of 400 to 599, 4xx or 5xx");
        return 0;
    }

    private static EnhancedPattern EnhancedOf(string text, Action<string> problem)
    {
        if (!EnhancedPattern.TryParse(text, out var pattern))
        {
            problem($"'{text}' must be an enhanced code such as 5.1.1, x.1.1 or 5.7.x");
        }

        return pattern;
    }

    /// <summary>A phrase begins where a word begins and may end within one; <c>$</c> at its end: it must end with a word.</summary>
    private static string Phrase(string text, Action<string> problem)
    {
        var whole = text.EndsWith('$');
        var words = ReplyWords.Normalise(whole ? text[..^1] : text);
        if (words.Trim().Length < 2)
        {
            problem($"'{text}' has no words that a text could hold");
        }
        else if (text.Split(' ').FirstOrDefault(word => !word.Any(char.IsLetter)) is { } number)
        {
            problem($"'{text}': {number} stands alone and would be left out");
        }

        return whole ? words : words.TrimEnd(' ');
    }
}
