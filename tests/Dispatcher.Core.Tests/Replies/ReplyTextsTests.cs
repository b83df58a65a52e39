using Dispatcher.Core.Replies;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Tests.Replies;

/// <summary>Real replies against the table: <c>Data/replies.tsv</c>, and <c>Data/held-out.tsv</c>, which was written after the table.</summary>
public class ReplyTextsTests
{
    [Theory]
    [InlineData("Replies.replies.tsv", 180)]
    [InlineData("Replies.held-out.tsv", 60)]
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
