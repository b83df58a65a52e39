using Dispatcher.Core.Replies;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Tests.Replies;

public class ReplyDataTests
{
    private const string Reasons = "accepted\tdeferred\t-\tmessage\tordinary\tsoft\tTaken.\nout-of-place\tdeferred\t-\tconnection\tordinary\tsoft\tOdd.\n"
        + "refused\tby-code\trejected\tmessage\tordinary\tsoft\tRefused.\n";

    private const string LastRow = "refused\t-\t-\t-\t-\tany\tRFC 5321\n";

    [Fact]
    public void LoadEmbedded_TheProductsTables_AreSound()
    {
        var data = ReplyData.LoadEmbedded();

        Assert.Empty(data.Problems);
        Assert.All(data.Reasons.Where(reason => reason.Code is not ("accepted" or "out-of-place")), reason => Assert.Contains(data.Rows, row => row.Reason == reason));
        Assert.All(data.Rows.SelectMany(row => row.Words).SelectMany(all => all), phrase => Assert.True(phrase.Length > 2));
    }

    [Fact]
    public void LoadEmbedded_WhatConcernsUs_IsNeverHardNorTheRecipients()
    {
        string[] ours =
        [
            "blocked-address", "reputation", "reverse-dns", "dmarc", "spf", "dkim", "sender-authentication", "authentication", "tls-required",
            "relay-denied", "refused-us", "rate-limit", "too-many-connections", "greylisted",
        ];
        var reasons = ReplyData.LoadEmbedded().Reasons.ToDictionary(reason => reason.Code);

        Assert.All(ours, code => Assert.True(!reasons[code].Hard && reasons[code].Status is Status.Unset or Status.Rejected));
    }

    [Theory]
    [InlineData("refused\t999\t-\t-\t-\tany\tx\n", "line 1: '999' must be a code")]
    [InlineData("refused\t-\t5.1\t-\t-\tany\tx\n", "line 1: '5.1' must be an enhanced code")]
    [InlineData("refused\t-\t-\tdot\t-\tany\tx\n", "line 1: 'dot' must be one of")]
    [InlineData("refused\t-\t-\t-\t###\tany\tx\n", "line 1: '###' has no words")]
    [InlineData("refused\t-\t-\t-\tdy 001\tany\tx\n", "line 1: 'dy 001': 001 stands alone")]
    [InlineData("nope\t-\t-\t-\t-\tany\tx\n", "line 1: 'nope' is no reason")]
    [InlineData("refused\t-\t-\t-\tany\tx\n", "line 1: has 6 columns")]
    [InlineData("refused\t-\t-\t-\tspam\t\t\n", "line 1: provider and source")]
    public void Read_BrokenRow_TellsLineAndMistake(string row, string expected)
    {
        var data = ReplyData.Read(new StringReader(Reasons), new StringReader(row + LastRow));

        Assert.Contains(expected, Assert.Single(data.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoLastRow_IsAProblem()
    {
        var data = ReplyData.Read(new StringReader(Reasons), new StringReader("refused\t5xx\t-\t-\t-\tany\tx\n"));

        Assert.Contains("the last row must fit every reply", Assert.Single(data.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Classify_EveryCodeAtEveryStage_HoldsTogether()
    {
        foreach (var stage in Enum.GetValues<ReplyStage>())
        {
            for (var code = 200; code < 600; code++)
            {
                var verdict = ReplyClassifier.Default.Classify(stage, code, default, "something");

                Assert.NotEqual(OutcomeKind.Unset, verdict.Kind);
                Assert.Equal(verdict.Kind == OutcomeKind.Rejected, verdict.Status != Status.Unset);
                Assert.False(verdict.Kind == OutcomeKind.Delivered && (code >= 300 || stage is not (ReplyStage.Final or ReplyStage.Unknown)));
                Assert.False(verdict.Kind == OutcomeKind.Rejected && code < 500);
                Assert.False(verdict.Hard && verdict.Status != Status.InvalidRecipient);
                Assert.False(stage is ReplyStage.Greeting or ReplyStage.Hello && verdict.Kind != OutcomeKind.Deferred);
            }
        }
    }

    /// <summary>At MAIL nobody was named: whatever words a reply has, it says nothing about the recipient.</summary>
    [Fact]
    public void Classify_EveryRowsWordsAtMail_NeverBlameTheRecipient()
    {
        foreach (var row in ReplyClassifier.Default.Rows)
        {
            var text = row.Words.Count == 0 ? "something" : string.Join(' ', row.Words[0]).Replace("$", "", StringComparison.Ordinal);
            foreach (var (code, enhanced) in new[] { (450, default), (550, default), (550, new EnhancedStatus(5, 1, 1)), (552, new EnhancedStatus(5, 2, 2)) })
            {
                var verdict = ReplyClassifier.Default.Classify(ReplyStage.Mail, code, enhanced, text);

                Assert.True(!verdict.Hard && verdict.Status != Status.InvalidRecipient && verdict.RetryClass != RetryClass.MailboxFull, $"{row.Line}: {text}");
            }
        }
    }

    [Theory]
    [InlineData("Your account is locked", "refused-us")]
    [InlineData("5.7.1 Your account has expired", "refused-us")]
    [InlineData("5.2.2 Mailbox full", "refused-us")]
    [InlineData("5.1.1 User unknown", "sender-address")]
    [InlineData("Unknown domain", "sender-address")]
    public void Classify_AboutAnAccountAtMail_IsOurs(string text, string reason) =>
        Assert.Equal(reason, ReplyClassifier.Default.Classify(ReplyStage.Mail, 550, default, text).Reason);
}
