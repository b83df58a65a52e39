using System.Globalization;
using Dispatcher.Core.Sending;
using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>Exim with fewer connections, or less room, than we would use.</summary>
public class EximLimitTests
{
    [Fact]
    public async Task SendAsync_FewerConnectionsThanWeWouldOpen_TheRestWaitsForThose()
    {
        Peers.Require(Exim.Missing);
        await using var exim = await Exim.StartAsync(settings: "smtp_accept_max = 3");
        await using var transport = Mails.Transport(exim.Port, options => options.Connections = 8);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => transport
            .SendAsync(Mails.Message($"eva@{Exim.Domain}", "Subject: few\r\n\r\n" + Marker(i) + "\r\n"), CancellationToken.None).AsTask().WaitAsync(Mails.Limit)));
        var delivered = await exim.ReadAllAsync();

        Assert.All(outcomes, outcome => Assert.Equal(OutcomeKind.Delivered, outcome.Kind));
        Assert.All(Enumerable.Range(0, 100), i => Assert.Single(delivered, mail => mail.Contains(Marker(i), StringComparison.Ordinal)));
        Assert.Contains("refused: too many connections", exim.Log(), StringComparison.Ordinal);

        static string Marker(int i) => string.Create(CultureInfo.InvariantCulture, $"few {i}.");
    }

    /// <summary>RSET after each refusal: Exim counts them, and hangs up with 554 when they are more than ten in a row.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_ManyRefusalsInARow_TheNextMessageIsDelivered(bool pipelining)
    {
        Peers.Require(Exim.Missing);
        await using var exim = await Exim.StartAsync();
        await using var transport = Mails.Transport(exim.Port, options => (options.Connections, options.Pipelining) = (1, pipelining));

        var refused = new List<DeliveryOutcome>();
        for (var i = 0; i < 30; i++)
        {
            refused.Add(await SendAsync("unknown"));
        }

        var known = await SendAsync("eva");

        Assert.All(refused, outcome => Assert.Equal("unknown-user", outcome.Reason));
        Assert.Equal(OutcomeKind.Delivered, known.Kind);
        Assert.Contains("too many nonmail commands", exim.Log(), StringComparison.Ordinal);

        Task<DeliveryOutcome> SendAsync(string user) =>
            transport.SendAsync(Mails.Message($"{user}@{Exim.Domain}"), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
    }

    [Fact]
    public async Task SendAsync_NoRoomForMail_IsDeferred()
    {
        Peers.Require(Exim.Missing);
        await using var exim = await Exim.StartAsync(settings: "check_spool_space = 1000000G");

        var outcome = await Mails.SendAsync(exim.Port, Mails.Message($"eva@{Exim.Domain}"));

        Assert.Equal((OutcomeKind.Deferred, OutcomeScope.Message, "system-trouble"), (outcome.Kind, outcome.Scope, outcome.Reason));
        Assert.Equal("452 Space shortage, please try later", outcome.Text);
    }
}
