using Dispatcher.Core.Sending;
using Dispatcher.TestKit.Mail;
using Dispatcher.TestKit.Processes;
using Microsoft.Extensions.Time.Testing;
using static Dispatcher.Core.Sending.OutcomeKind;

namespace Dispatcher.Smtp.Tests.Connections;

/// <summary>How many connections there are, when they end, and what becomes of messages when none can be opened.</summary>
public class SmtpConnectionPoolTests
{
    private static readonly SmtpScript Endless = Enumerable.Range(0, 40).Aggregate(SmtpScript.GreetedPipelining(), (script, _) => script.AcceptMessage()).Hang();

    [Fact]
    public async Task SendAsync_OneAfterTheOther_NeedsOneConnection()
    {
        await using var server = ScriptedSmtpServer.Start(Endless);
        await using var transport = Mails.Transport(server.Port);

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(Delivered, (await SendAsync(transport)).Kind);
        }

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task SendAsync_TwoAtATime_ShareAConnectionThatIsQuick()
    {
        await using var server = ScriptedSmtpServer.Start(Endless);
        await using var transport = Mails.Transport(server.Port);
        await SendAsync(transport);

        for (var i = 0; i < 10; i++)
        {
            var both = await Task.WhenAll(SendAsync(transport), SendAsync(transport));
            Assert.All(both, outcome => Assert.Equal(Delivered, outcome.Kind));
        }

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task SendAsync_ManyAtOnce_OpensNoMoreThanTheCeiling()
    {
        await using var server = ScriptedSmtpServer.Start(Endless);
        await using var transport = Mails.Transport(server.Port, options => options.Connections = 3);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => SendAsync(transport)));

        Assert.All(outcomes, outcome => Assert.Equal(Delivered, outcome.Kind));
        Assert.Equal(3, server.Connections);
    }

    [Fact]
    public async Task SendAsync_ServerAllowsFewerThanTheCeiling_TheRestWaitsForThose()
    {
        await using var server = ScriptedSmtpServer.Start(Endless, SmtpScript.Empty.Send("421 4.7.0 too many connections\r\n"));
        await using var transport = Mails.Transport(server.Port, options => options.Connections = 4);
        await SendAsync(transport);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(transport)));

        Assert.All(outcomes, outcome => Assert.Equal(Delivered, outcome.Kind));
    }

    [Fact]
    public async Task SendAsync_OneIsTurnedAwayWhileAnotherIsOnItsWay_AllWaitForThat()
    {
        var turnedAway = new TaskCompletionSource();
        await using var server = ScriptedSmtpServer.Start(
            Enumerable.Range(0, 40).Aggregate(
                SmtpScript.Empty.WaitFor(turnedAway.Task).Send("220 ready\r\n").Answer("250-hello\r\n250 PIPELINING\r\n"), (script, _) => script.AcceptMessage()).Hang(),
            SmtpScript.Empty.Send("421 4.7.0 too many connections\r\n").UntilClosed().Signal(turnedAway));
        await using var transport = Mails.Transport(server.Port, options => options.Connections = 2);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(transport)));

        Assert.All(outcomes, outcome => Assert.Equal(Delivered, outcome.Kind));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task SendAsync_AllAreTurnedAway_AllAreAnswered()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Empty.Send("421 4.7.0 too many connections\r\n"));
        await using var transport = Mails.Transport(server.Port, options => options.Connections = 4);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(transport)));

        Assert.All(outcomes, outcome => Assert.Equal(Deferred, outcome.Kind));
        // After three it stops knocking; the fourth may be on its way by then.
        Assert.InRange(server.Connections, 3, 8);
    }

    [Fact]
    public async Task SendAsync_ConnectionIsOld_IsReplacedWithAGoodbye()
    {
        var time = new FakeTimeProvider();
        await using var server = ScriptedSmtpServer.Start(SmtpScript.GreetedPipelining().AcceptMessage().Answer("221 bye\r\n"), Endless);
        await using var transport = Mails.Transport(server.Port, options => (options.MaxAgeSeconds, options.IdleSeconds) = (60, 240), time);
        await SendAsync(transport);

        time.Advance(TimeSpan.FromSeconds(60));
        var next = await SendAsync(transport);

        Assert.Equal((Delivered, 2), (next.Kind, server.Connections));
        Assert.Contains("QUIT", server.Lines);
    }

    [Fact]
    public async Task SendAsync_ManyOnShortConnections_AllAreDelivered()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.GreetedPipelining().AcceptMessage().AcceptMessage().AcceptMessage().Hang());
        await using var transport = Mails.Transport(server.Port, options => (options.Connections, options.MessagesPerConnection) = (2, 3));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => SendAsync(transport)));

        Assert.All(outcomes, outcome => Assert.Equal(Delivered, outcome.Kind));
        Assert.InRange(server.Connections, 20, 60);
    }

    [Fact]
    public async Task SendAsync_ServerClosesAfterEachMessage_AllAreDeliveredOnce()
    {
        // It neither says so nor waits for QUIT: what was said behind a message comes to nothing each time.
        await using var server = ScriptedSmtpServer.Start(SmtpScript.GreetedPipelining().AcceptMessage());
        await using var transport = Mails.Transport(server.Port, options => options.Connections = 2);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(transport)));

        Assert.All(outcomes, outcome => Assert.Equal(Delivered, outcome.Kind));
        Assert.Equal(20, server.Lines.Count(line => line == "."));
    }

    [Fact]
    public async Task SendAsync_EndpointFailsAgainAndAgain_IsLeftAloneForAWhile()
    {
        var time = new FakeTimeProvider();
        var refusing = SmtpScript.Empty.Send("554 5.3.2 not now\r\n");
        await using var server = ScriptedSmtpServer.Start(refusing, refusing, refusing, Endless);
        await using var transport = Mails.Transport(server.Port, time: time);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal((Deferred, OutcomeScope.Endpoint, 554), await SendAsync(transport) is var failed ? (failed.Kind, failed.Scope, failed.ReplyCode) : default);
        }

        var unasked = await SendAsync(transport);
        var knocked = server.Connections;
        time.Advance(TimeSpan.FromSeconds(5));
        var again = await SendAsync(transport);

        Assert.Equal((Deferred, OutcomeScope.Endpoint, TimeSpan.FromSeconds(5)), (unasked.Kind, unasked.Scope, unasked.RetryAfter));
        Assert.Contains("554 5.3.2 not now", unasked.Text, StringComparison.Ordinal);
        Assert.Equal((3, Delivered, 4), (knocked, again.Kind, server.Connections));
    }

    [Fact]
    public async Task SendAsync_ProbeFails_TheBreakGoesOn()
    {
        var time = new FakeTimeProvider();
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Empty);
        await using var transport = Mails.Transport(server.Port, time: time);
        for (var i = 0; i < 3; i++)
        {
            await SendAsync(transport);
        }

        time.Advance(TimeSpan.FromSeconds(5));
        await SendAsync(transport);
        await SendAsync(transport);

        Assert.Equal(4, server.Connections);
    }

    [Fact]
    public async Task SendAsync_ManyWaitForAnEndpointThatIsAway_AreAllAnswered()
    {
        await using var transport = Mails.Transport(FreePort.Find());

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => SendAsync(transport)));

        Assert.All(outcomes, outcome => Assert.Equal((Deferred, OutcomeScope.Endpoint), (outcome.Kind, outcome.Scope)));
    }

    [Fact]
    public async Task DisposeAsync_MessagesWait_EndAsInterrupted()
    {
        var (read, reply) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = ScriptedSmtpServer.Start(
            SmtpScript.GreetedPipelining().AcceptEnvelope().ReadContent().Signal(read).WaitFor(reply.Task).Send("250 taken\r\n").Hang());
        var transport = Mails.Transport(server.Port, options => options.Connections = 1);
        var onTheWire = SendAsync(transport);
        var waiting = SendAsync(transport);
        await read.Task.WaitAsync(Mails.Limit);

        await transport.DisposeAsync().AsTask().WaitAsync(Mails.Limit);
        reply.SetResult();

        Assert.Equal((Delivered, Interrupted), ((await onTheWire).Kind, (await waiting).Kind));
        Assert.Equal(Interrupted, (await SendAsync(transport)).Kind);
    }

    // What follows in a test must not run on the connection's loop.
    private static async Task<DeliveryOutcome> SendAsync(SmtpTransport transport)
    {
        var outcome = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
        await Task.Yield();
        return outcome;
    }
}
