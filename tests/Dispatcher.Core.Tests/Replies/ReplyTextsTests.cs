using Dispatcher.Core.Replies;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Tests.Replies;

/// <summary>Real replies against the table: <c>Data/replies.tsv</c>, and <c>Data/held-out.tsv</c>, <c>Data/public.tsv</c> and
/// <c>Data/blind.tsv</c>, which were written after the table.</summary>
public class ReplyTextsTests
{
    [Theory]
    [InlineData("Replies.replies.tsv", 180)]
    [InlineData("Replies.held-out.tsv", 60)]
    [InlineData("Replies.public.tsv", 100)]
    [InlineData("Replies.blind.tsv", 80)]
    public void Classify_RealReplies_GivesOutcomeStatusReasonAndHardness(string file, int atLeast)
    {
        var wrong = new List<string>();
        var count = 0;
        foreach (var cells in Rows(file))
        {
            count++;
            var got = Classify(cells[0]);
            if (got != (cells[1], cells[2], cells[3], cells[4]))
            {
                wrong.Add($"{cells[0]}: {got} instead of {cells[1]} {cells[2]} {cells[3]} {cells[4]}");
            }
        }

        Assert.True(count >= atLeast, $"only {count} rows");
        Assert.Empty(wrong);
    }

    [Fact]
    public void Classify_CaseDigitsAndSpaces_ChangeNothing()
    {
        foreach (var text in Rows("Replies.replies.tsv").Select(cells => cells[0]).Where(text => char.IsAsciiDigit(text[0])))
        {
            Assert.Equal(Classify(text), Classify("  \"" + text.ToUpperInvariant().Replace("\\N", "  \\n", StringComparison.Ordinal) + "\" "));
        }
    }

    /// <summary>Six symbols a letter are the most: what a peer chose must not write beyond its room.</summary>
    [Fact]
    public void Write_TextsOfAnyScript_KeepToTheirRoom()
    {
        string[] texts =
        [
            "", new('漢', 3000), new('я', 3000), string.Concat(Enumerable.Repeat("я ", 1500)), string.Concat(Enumerable.Repeat("字a", 1500)), new('\ud83d', 100),
            string.Concat(Enumerable.Range(0x100, 0xfeff).Select(letter => (char)letter)),
        ];
        foreach (var text in texts.SelectMany(text => new[] { text, text[..Math.Min(text.Length, 7)] }))
        {
            var symbols = new byte[ReplyWords.RoomFor(text)];

            Assert.InRange(ReplyWords.Write(text, symbols), 1, symbols.Length);
        }
    }

    [Theory]
    [InlineData("ПРИВЕТ, мир", "привет мир")]
    [InlineData("收件人 eva@example.com 不存在", "收件人eva@example.com不存在")]
    [InlineData("用户，不存在。", "用户不存在")]
    public void Normalise_CaseAddressesAndPunctuationOfOtherScripts_AreGone(string one, string other) =>
        Assert.Equal(ReplyWords.Normalise(one), ReplyWords.Normalise(other));

    [Fact]
    public void Normalise_LettersOfOtherScripts_Differ() => Assert.NotEqual(ReplyWords.Normalise("不存在"), ReplyWords.Normalise("不存佐"));

    private static IEnumerable<string[]> Rows(string file)
    {
        using var reader = new StreamReader(typeof(ReplyTextsTests).Assembly.GetManifestResourceStream(file)!);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                yield return line.Split('\t');
            }
        }
    }

    private static (string, string, string, string) Classify(string text)
    {
        var line = ReplyLine.Read(text);
        Assert.True(line.IsReply);
        var verdict = ReplyClassifier.Default.Classify(line.Stage, line.Code, line.Enhanced, line.Text);
        var status = verdict.Kind switch
        {
            OutcomeKind.Delivered => Status.Delivered,
            OutcomeKind.Rejected => verdict.Status,
            _ => Status.ScheduledForLater,
        };
        return (Codes.Of(verdict.Kind), StatusCatalog.Code(status), verdict.Reason, verdict.Hard ? "true" : "false");
    }
}
