using System.Globalization;
using Dispatcher.Core.Sending;
using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>What OpenSMTPD refuses as it comes: users, sizes, and more than 100 messages on a connection.</summary>
public class OpenSmtpdLimitTests
{
    /// <summary>From the 101st on it says 452 to MAIL and leaves the connection open: this must cost one message its attempt, not all that follow.</summary>
    [Fact]
    public async Task SendAsync_MoreThanAConnectionMayCarry_TheOthersGoByAnotherOnce()
    {
        await using var server = await StartAsync();
        await using var transport = Mails.Transport(server.Port, options => (options.Connections, options.MessagesPerConnection) = (1, 600));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 130).Select(i => SendAsync(transport, "someone", Marker(i))));
        var delivered = await server.ReadAsync(129);

        Assert.Equal("too-many-connections", Assert.Single(outcomes, outcome => outcome.Kind != OutcomeKind.Delivered).Reason);
        Assert.All(Enumerable.Range(0, 130), i => Assert.Equal(
            outcomes[i].Kind == OutcomeKind.Delivered ? 1 : 0, delivered.Count(mail => mail.Contains(Marker(i), StringComparison.Ordinal))));

        static string Marker(int i) => string.Create(CultureInfo.InvariantCulture, $"many {i}.");
    }

    [Fact]
    public async Task SendAsync_RefusalsAndMailInTurns_EachGetsItsOwnAnswer()
    {
        await using var server = await StartAsync();
        await using var transport = Mails.Transport(server.Port, options => options.Connections = 2);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 120).Select(i => SendAsync(transport, i % 6 == 0 ? "someone" : "unknown", "turns")));

        Assert.All(Enumerable.Range(0, 120), i => Assert.True(
            (outcomes[i].Kind, outcomes[i].Reason) == (i % 6 == 0 ? (OutcomeKind.Delivered, outcomes[i].Reason) : (OutcomeKind.Rejected, "unknown-user")),
            outcomes[i].ToString()));
    }

    [Fact]
    public async Task SendAsync_OtherDomain_IsRefusedAsAnUnknownUser()
    {
        await using var server = await StartAsync();

        var outcome = await Mails.SendAsync(server.Port, Mails.Message("eva@elsewhere.test"));

        Assert.Equal((OutcomeKind.Rejected, "550 Invalid recipient: <eva@elsewhere.test>"), (outcome.Kind, outcome.Text));
    }

    [Fact]
    public async Task SendAsync_LargerThanTheServerTakes_IsRefusedBeforeAnythingIsSaid()
    {
        await using var server = await StartAsync("smtp max-message-size \"20000\"");
        var content = "Subject: large\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 400));

        var outcome = await Mails.SendAsync(server.Port, Mails.Message($"someone@{OpenSmtpd.Domain}", content));

        Assert.Equal(OutcomeKind.Rejected, outcome.Kind);
        Assert.Contains("20000", outcome.Text, StringComparison.Ordinal);
    }

    private static Task<OpenSmtpd> StartAsync(string settings = "")
    {
        Assert.SkipWhen(OpenSmtpd.Forbidden is not null, OpenSmtpd.Forbidden ?? "");
        Peers.Require(OpenSmtpd.Missing);

        return OpenSmtpd.StartAsync(settings);
    }

    private static Task<DeliveryOutcome> SendAsync(SmtpTransport transport, string user, string body) => transport
        .SendAsync(Mails.Message($"{user}@{OpenSmtpd.Domain}", "Subject: hello\r\n\r\n" + body + "\r\n"), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
}
