using System.Globalization;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>What Exim says when it refuses, in its own words where it has any: each ends as the reply table says, between mail that is delivered.</summary>
public class EximPolicyTests(EximPolicyTests.Policed exim) : IClassFixture<EximPolicyTests.Policed>
{
    private const string Settings = """
        message_size_limit = 20000
        acl_smtp_mail = sender
        acl_smtp_data = content
        smtp_accept_max_per_connection = 25
        """;

    private const string Lists = """
        sender:
          accept sender_domains = ! +here
          require verify = sender
          accept
        before_recipient:
          defer local_parts = grey
            message = Greylisted, please try again in 300 seconds
          defer local_parts = broken
            set acl_m_owner = ${lookup{$local_part}lsearch{/nonexistent}}
          deny local_parts = full
            message = 552 5.2.2 mailbox is over its quota
          deny local_parts = denied
          accept
        content:
          deny condition = ${if eq {$h_subject:}{win}}
            message = High probability of spam
          accept
        """;

    [Theory]
    [InlineData("unknown", OutcomeKind.Rejected, Status.InvalidRecipient, "unknown-user", "550 Unrouteable address")]
    [InlineData("denied", OutcomeKind.Rejected, Status.Rejected, "policy", "550 Administrative prohibition")]
    [InlineData("full", OutcomeKind.Rejected, Status.Rejected, "mailbox-full", "552 5.2.2 mailbox is over its quota")]
    [InlineData("grey", OutcomeKind.Deferred, Status.Unset, "greylisted", "451 Greylisted, please try again in 300 seconds")]
    [InlineData("broken", OutcomeKind.Deferred, Status.Unset, "system-trouble", "451 Temporary local problem - please try later")]
    [InlineData("eva@[127.0.0.1]", OutcomeKind.Rejected, Status.InvalidRecipient, "invalid-syntax", "501 <eva@[127.0.0.1]>: domain literals not allowed")]
    [InlineData("locked", OutcomeKind.Deferred, Status.Unset, "not-now", "451")]
    public async Task SendAsync_RecipientRefused_IsWhatTheReplyMeans(string user, OutcomeKind kind, Status status, string reason, string text)
    {
        Peers.Require(Exim.Missing);

        var outcome = await Mails.SendAsync(exim.Server.Port, Mails.Message(Address(user)));

        Assert.Equal((kind, status, reason, text), (outcome.Kind, outcome.Status, outcome.Reason, outcome.Text));
    }

    [Fact]
    public async Task SendAsync_OtherDomain_IsARelayingFaultOfOurs()
    {
        Peers.Require(Exim.Missing);

        var outcome = await Mails.SendAsync(exim.Server.Port, Mails.Message("eva@elsewhere.test"));

        Assert.Equal((OutcomeKind.Deferred, OutcomeScope.Endpoint, "relay-denied"), (outcome.Kind, outcome.Scope, outcome.Reason));
        Assert.Equal("550 relay not permitted", outcome.Text);
    }

    [Fact]
    public async Task SendAsync_SenderNotVerified_IsTheSendersFault()
    {
        Peers.Require(Exim.Missing);

        var outcome = await Mails.SendAsync(exim.Server.Port, Mails.Message($"eva@{Exim.Domain}", from: $"unknown@{Exim.Domain}"));

        Assert.Equal((OutcomeKind.Rejected, Status.InvalidSenderAddress, "sender-address"), (outcome.Kind, outcome.Status, outcome.Reason));
        Assert.False(outcome.Hard);
    }

    [Fact]
    public async Task SendAsync_LargerThanTheServerTakes_IsRefusedBeforeAnythingIsSaid()
    {
        Peers.Require(Exim.Missing);
        var content = "Subject: large\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 400));

        var outcome = await Mails.SendAsync(exim.Server.Port, Mails.Message($"eva@{Exim.Domain}", content));

        Assert.Equal((OutcomeKind.Rejected, Status.Rejected), (outcome.Kind, outcome.Status));
        Assert.Contains("20000", outcome.Text, StringComparison.Ordinal);
    }

    /// <summary>
    /// Refused at RCPT and after the dot, with the next envelope in the same write. Exim hangs up after 25 messages with 421 to MAIL, and after
    /// the fourth address that it finds malformed.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_RefusalsAndMailInTurns_EachGetsItsOwnAnswerAndMailArrivesOnce(bool pipelining)
    {
        Peers.Require(Exim.Missing);
        await using var transport = Mails.Transport(exim.Server.Port, options => (options.Connections, options.Pipelining) = (2, pipelining));
        string[] users = ["eva", "grey", "unknown", "full", "eva", "locked", "denied", "spam", "eva@[127.0.0.1]"];

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 180).Select(i => transport
            .SendAsync(Mails.Message(Address(users[i % 9]), Content(i)), CancellationToken.None).AsTask().WaitAsync(Mails.Limit)));
        var delivered = await exim.Server.ReadAllAsync();

        Assert.All(Enumerable.Range(0, 180), i => Assert.True(
            outcomes[i].Kind == (i % 9) switch { 0 or 4 => OutcomeKind.Delivered, 1 or 5 => OutcomeKind.Deferred, _ => OutcomeKind.Rejected }, outcomes[i].ToString()));
        Assert.All(Enumerable.Range(0, 180), i => Assert.Equal(
            i % 9 is 0 or 4 ? 1 : 0, delivered.Count(mail => mail.Contains(Marker(i), StringComparison.Ordinal))));
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal("550 High probability of spam", outcomes[(i * 9) + 7].Text));

        string Marker(int i) => string.Create(CultureInfo.InvariantCulture, $"turn {i} of {pipelining}\n");
        string Content(int i) => $"Subject: {(users[i % 9] == "spam" ? "win" : "hello")}\r\n\r\n{Marker(i)}".ReplaceLineEndings("\r\n");
    }

    [Fact]
    public async Task SendAsync_RefusedAfterAll_TheBounceNamesTheMessageAndLeavesItsBodyOut()
    {
        Peers.Require(Exim.Missing);
        var message = Mails.Message(
            $"closed@{Exim.Domain}", "Subject: a question\r\nX-Own: kept\r\n\r\nthe body\r\n", from: $"bounces@{Exim.Domain}") with
        {
            MessageId = "bounce+1@test.example",
        };

        var outcome = await Mails.SendAsync(exim.Server.Port, message);
        var bounce = await exim.Server.FindAsync("Reporting-MTA:");

        Assert.Equal(OutcomeKind.Delivered, outcome.Kind);
        Assert.Contains("this mailbox was closed", bounce, StringComparison.Ordinal);
        Assert.Contains("Original-Envelope-ID: bounce+2B1@test.example\r\n", bounce, StringComparison.Ordinal); // not decoded: Exim's way
        Assert.Contains($"Original-Recipient: rfc822;closed@{Exim.Domain}\r\n", bounce, StringComparison.Ordinal);
        Assert.Contains($"Final-Recipient: rfc822;closed@{Exim.Domain}\r\n", bounce, StringComparison.Ordinal);
        Assert.Contains("X-Own: kept", bounce, StringComparison.Ordinal);
        Assert.DoesNotContain("the body", bounce, StringComparison.Ordinal);
    }

    private static string Address(string user) => user.Contains('@', StringComparison.Ordinal) ? user : $"{user}@{Exim.Domain}";

    public sealed class Policed : IAsyncLifetime
    {
        private Exim? _server;

        public Exim Server => _server!;

        public async ValueTask InitializeAsync() => _server = Exim.Missing is null ? await Exim.StartAsync(settings: Settings, lists: Lists) : null;

        public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
