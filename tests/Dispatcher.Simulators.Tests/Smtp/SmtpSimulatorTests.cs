using System.Text;
using Dispatcher.Simulators.Smtp;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Simulators.Tests.Smtp;

public class SmtpSimulatorTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Session_Ehlo_AnnouncesWhatItDoes()
    {
        await using var simulator = await StartAsync();
        await using var client = await RawClient.ConnectAsync(simulator.Port);

        Assert.Equal("250 SMTPUTF8", await client.SayAsync("EHLO me"));
        Assert.Equal("250 simulator", await client.SayAsync("HELO me"));
        Assert.Equal("250 2.0.0 OK", await client.SayAsync("NOOP"));
        Assert.Equal("221 2.0.0 Bye", await client.SayAsync("QUIT"));
        Assert.Null(await client.ReadAsync());
    }

    [Theory]
    [InlineData("RCPT TO:<eva@test>", "503")]
    [InlineData("DATA", "503")]
    [InlineData("MAIL FROM:eva", "501")]
    [InlineData("MAIL", "501")]
    [InlineData("what", "500")]
    [InlineData("", "500")]
    [InlineData("NO\rOP", "500")]
    public async Task Session_WrongCommand_IsRefusedAndTheSessionGoesOn(string command, string code)
    {
        await using var simulator = await StartAsync();
        await using var client = await RawClient.ConnectAsync(simulator.Port);

        Assert.StartsWith(code, await client.SayAsync(command), StringComparison.Ordinal);
        Assert.Equal("250 2.0.0 OK", await client.SendAsync("eva@test"));
    }

    [Fact]
    public async Task Session_EverythingInOneWrite_IsAnsweredInOrder()
    {
        await using var simulator = await StartAsync();
        await using var client = await RawClient.ConnectAsync(simulator.Port);

        await client.WriteAsync("EHLO me\r\nMAIL FROM:<a@test>\r\nRCPT TO:<bounce@test>\r\nRCPT TO:<b@test>\r\nDATA\r\nhello\r\n.\r\nMAIL FROM:<>\r\nQUIT\r\n");

        foreach (var code in new[] { "250", "250", "550", "250", "354", "250", "250", "221" })
        {
            Assert.StartsWith(code, await client.ReadAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Session_EveryByteAlone_IsUnderstood()
    {
        await using var simulator = await StartAsync(SmtpSimulatorMemory.Content);
        await using var client = await RawClient.ConnectAsync(simulator.Port);

        foreach (var one in "MAIL FROM:<a@test>\r\nRCPT TO:<b@test>\r\nDATA\r\n..x\r\n\r\ny\r\n.\r\n")
        {
            await client.WriteAsync(one.ToString());
        }

        await simulator.WaitForAcceptedAsync(1, CancellationToken.None).WaitAsync(Limit);
        Assert.Equal(".x\r\n\r\ny\r\n", Encoding.Latin1.GetString(Assert.Single(simulator.Messages).Content.Span));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("..\r\n", ".\r\n")]
    [InlineData("a\r\n...\r\n", "a\r\n..\r\n")]
    [InlineData("a\n.\nb\r\n", "a\n.\nb\r\n")]
    [InlineData("a\r.\r\n", "a\r.\r\n")]
    [InlineData(".\rb\r\n", "\rb\r\n")]
    public async Task Session_Content_IsKeptUnstuffed(string sent, string kept)
    {
        await using var simulator = await StartAsync(SmtpSimulatorMemory.Content);
        await using var client = await RawClient.ConnectAsync(simulator.Port);

        await client.SendAsync("eva@test", sent);

        Assert.Equal(kept, Encoding.Latin1.GetString(Assert.Single(simulator.Messages).Content.Span));
    }

    [Fact]
    public async Task Session_TooBig_IsRefusedAndNotKept()
    {
        await using var simulator = new SmtpSimulator(new() { MaxMessageSize = 1000, Memory = SmtpSimulatorMemory.Content }, TimeProvider.System);
        await simulator.StartAsync();
        await using var client = await RawClient.ConnectAsync(simulator.Port);

        Assert.StartsWith("552 5.3.4", await client.SendAsync("eva@test", new string('x', 2000) + "\r\n"), StringComparison.Ordinal);
        Assert.Equal(0, simulator.MessagesAccepted);
    }

    [Fact]
    public async Task Session_EndlessLine_IsClosed()
    {
        await using var simulator = await StartAsync();
        await using var client = await RawClient.ConnectAsync(simulator.Port);

        await client.WriteAsync(new string('x', 10_000));

        Assert.Null(await client.ReadAsync());
    }

    [Fact]
    public async Task Session_SlowAddress_AnswersAfterTheDelay()
    {
        var time = new FakeTimeProvider();
        await using var simulator = new SmtpSimulator(new() { SlowDelay = TimeSpan.FromSeconds(30) }, time);
        await simulator.StartAsync();
        await using var client = await RawClient.ConnectAsync(simulator.Port);

        var sending = client.SendAsync("slow@test");
        using var deadline = new CancellationTokenSource(Limit);
        var turns = 0;
        while (!sending.IsCompleted)
        {
            deadline.Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(10));
            turns++;
            await Task.Yield();
        }

        Assert.Equal("250 2.0.0 OK", await sending);
        Assert.True(turns >= 3);
    }

    [Fact]
    public async Task Arrivals_SameMessageTwice_IsCountedTwice()
    {
        await using var simulator = await StartAsync(SmtpSimulatorMemory.MessageIds);

        foreach (var to in new[] { "drop-once-after-data@test", "drop-once-after-data@test", "eva@test" })
        {
            await using var client = await RawClient.ConnectAsync(simulator.Port);
            await client.SendAsync(to);
        }

        Assert.Equal(2, simulator.Arrivals[("drop-once-after-data@test", "<m1@test>")]);
        Assert.Equal(1, simulator.Arrivals[("eva@test", "<m1@test>")]);
        Assert.Equal((2, 1, 3), (simulator.MessagesAccepted, simulator.RepliesWithheld, simulator.Connections));
    }

    [Fact]
    public async Task Messages_CountsOnly_KeepsNothing()
    {
        await using var simulator = await StartAsync();
        await using var client = await RawClient.ConnectAsync(simulator.Port);

        await client.SendAsync("eva@test");

        Assert.Empty(simulator.Messages);
        Assert.Equal(1, simulator.MessagesAccepted);
    }

    [Fact]
    public async Task Messages_MoreThanMayBeKept_AreCounted()
    {
        await using var simulator = new SmtpSimulator(new() { Memory = SmtpSimulatorMemory.MessageIds, MostRemembered = 2 }, TimeProvider.System);
        await simulator.StartAsync();
        await using var client = await RawClient.ConnectAsync(simulator.Port);

        for (var i = 0; i < 4; i++)
        {
            await client.SendAsync("eva@test");
        }

        Assert.Equal((2, 4), (simulator.Messages.Count, simulator.MessagesAccepted));
    }

    [Fact]
    public async Task Simulator_ManyConnections_AreServedAtOnce()
    {
        await using var simulator = await StartAsync();

        var clients = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => RawClient.ConnectAsync(simulator.Port)));
        Assert.Equal(200, simulator.OpenConnections);
        var replies = await Task.WhenAll(clients.Select(client => client.SendAsync("eva@test")));

        Assert.All(replies, reply => Assert.Equal("250 2.0.0 OK", reply));
        Assert.Equal(200, simulator.MessagesAccepted);
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task DisposeAsync_OpenConnections_AreClosedAndThePortIsFree()
    {
        var first = await StartAsync();
        await using var client = await RawClient.ConnectAsync(first.Port);

        await first.DisposeAsync();

        Assert.Null(await client.ReadAsync());
        await using var second = new SmtpSimulator(new() { Port = first.Port }, TimeProvider.System);
        await second.StartAsync();
        Assert.Equal(first.Port, second.Port);
    }

    private static async Task<SmtpSimulator> StartAsync(SmtpSimulatorMemory memory = SmtpSimulatorMemory.CountsOnly)
    {
        var simulator = new SmtpSimulator(new() { Memory = memory }, TimeProvider.System);
        await simulator.StartAsync();
        return simulator;
    }
}
