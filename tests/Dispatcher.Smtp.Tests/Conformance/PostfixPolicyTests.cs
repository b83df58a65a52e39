using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>What a mail administrator sets up in Postfix to say no, or not now: each ends as the reply table says, over one connection.</summary>
public class PostfixPolicyTests(PostfixPolicyTests.Policed postfix) : IClassFixture<PostfixPolicyTests.Policed>
{
    private const string Maps = """
        message_size_limit = 20000
        smtpd_delay_reject = no
        smtpd_sender_restrictions = check_sender_access inline:{ {blocked@example.com = 550 5.7.1 Sender denied by policy} }
        smtpd_recipient_restrictions = check_recipient_access inline:{
          {grey@postfix.test = 450 4.2.0 Greylisted, try again in 300 seconds}
          {full@postfix.test = 552 5.2.2 Mailbox full}
          {busy@postfix.test = 451 4.7.1 Rate limit exceeded, try again later}
          {spam@postfix.test = 554 5.7.1 Rejected: your address is on a block list} }, reject_unauth_destination
        """;

    [Theory]
    [InlineData("grey", OutcomeKind.Deferred, Status.Unset, "greylisted")]
    [InlineData("full", OutcomeKind.Rejected, Status.Rejected, "mailbox-full")]
    [InlineData("busy", OutcomeKind.Deferred, Status.Unset, "rate-limit")]
    [InlineData("spam", OutcomeKind.Rejected, Status.Rejected, "blocked-address")]
    [InlineData("unknown", OutcomeKind.Rejected, Status.InvalidRecipient, "unknown-user")]
    public async Task SendAsync_RecipientRefused_IsWhatTheReplyMeans(string user, OutcomeKind kind, Status status, string reason)
    {
        Require();

        var outcome = await Mails.SendAsync(postfix.Port, Mails.Message($"{user}@{RealPostfix.Domain}"));

        Assert.Equal((kind, status, reason), (outcome.Kind, outcome.Status, outcome.Reason));
    }

    [Fact]
    public async Task SendAsync_Greylisted_WaitsAsLongAsTheServerSays()
    {
        Require();

        var outcome = await Mails.SendAsync(postfix.Port, Mails.Message($"grey@{RealPostfix.Domain}"));

        Assert.Equal((RetryClass.Greylisted, TimeSpan.FromMinutes(5)), (outcome.RetryClass, outcome.RetryAfter));
    }

    [Fact]
    public async Task SendAsync_LargerThanTheServerTakes_IsRefusedBeforeAnythingIsSaid()
    {
        Require();
        var content = "Subject: large\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 400));

        var outcome = await Mails.SendAsync(postfix.Port, Mails.Message($"eva@{RealPostfix.Domain}", content));

        Assert.Equal((OutcomeKind.Rejected, Status.Rejected), (outcome.Kind, outcome.Status));
        Assert.Contains("20000", outcome.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_SenderRefused_IsNotTheRecipientsFault()
    {
        Require();

        var outcome = await Mails.SendAsync(postfix.Port, Mails.Message($"eva@{RealPostfix.Domain}", from: "blocked@example.com"));

        Assert.NotEqual(Status.InvalidRecipient, outcome.Status);
        Assert.False(outcome.Hard);
    }

    [Fact]
    public async Task SendAsync_RefusalsAndMailInTurns_EachGetsItsOwnAnswer()
    {
        Require();
        await using var transport = Mails.Transport(postfix.Port, options => options.Connections = 2);
        string[] users = ["eva", "grey", "unknown", "full", "spam"];

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => transport
            .SendAsync(Mails.Message($"{users[i % 5]}@{RealPostfix.Domain}"), CancellationToken.None).AsTask().WaitAsync(Mails.Limit)));

        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(
            (i % 5) switch { 0 => OutcomeKind.Delivered, 1 => OutcomeKind.Deferred, _ => OutcomeKind.Rejected }, outcomes[i].Kind));
    }

    private static void Require() => Peers.Require(RealPostfix.Missing);

    public sealed class Policed : IAsyncLifetime
    {
        private RealPostfix? _postfix;

        public int Port => _postfix!.Port;

        public async ValueTask InitializeAsync() => _postfix = RealPostfix.Missing is null ? await RealPostfix.StartAsync(policy: Maps) : null;

        public ValueTask DisposeAsync() => _postfix?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
