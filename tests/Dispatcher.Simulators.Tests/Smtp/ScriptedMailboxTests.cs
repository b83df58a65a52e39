using Dispatcher.Core.Statuses;
using Dispatcher.Simulators.Smtp;

namespace Dispatcher.Simulators.Tests.Smtp;

public class ScriptedMailboxTests
{
    public static TheoryData<string> Names => [.. ScriptedMailbox.All.Select(mailbox => mailbox.Name)];

    [Theory]
    [InlineData("bounce@example.com", "bounce")]
    [InlineData("Bounce@EXAMPLE.com", "bounce")]
    [InlineData("bounce+17@example.com", "bounce")]
    [InlineData("bounce-17@example.com", "bounce")]
    [InlineData("bounce-17+x@example.com", "bounce")]
    [InlineData("drop-after-data@example.com", "drop-after-data")]
    [InlineData("drop-after-data-3@example.com", "drop-after-data")]
    [InlineData("drop-once-after-data+3@example.com", "drop-once-after-data")]
    [InlineData("bounce-x@example.com", null)]
    [InlineData("bounce17@example.com", null)]
    [InlineData("eva@example.com", null)]
    [InlineData("@example.com", null)]
    [InlineData("", null)]
    [InlineData("-1@example.com", null)]
    public void Find_Address_IsItsScript(string address, string? name) => Assert.Equal(name, ScriptedMailbox.Find(address)?.Name);

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Simulator_ScriptedAddress_BehavesAsTheTableSays(string name)
    {
        var mailbox = ScriptedMailbox.Find(name + "@test")!;
        await using var simulator = new SmtpSimulator(new() { SlowDelay = TimeSpan.FromMilliseconds(1) }, TimeProvider.System);
        await simulator.StartAsync();

        var first = await SendAsync(simulator, name);
        var second = await SendAsync(simulator, name);
        var other = await SendAsync(simulator, "eva");

        var expected = mailbox.Action is ScriptedAction.Close or ScriptedAction.TakeAndClose ? null : mailbox.Reply;
        Assert.Equal(expected, first);
        Assert.Equal(mailbox.FirstTimeOnly ? "250 2.0.0 OK" : expected, second);
        Assert.Equal("250 2.0.0 OK", other);
    }

    [Fact]
    public void All_Statuses_FitTheirReplies()
    {
        Assert.All(ScriptedMailbox.All, mailbox =>
        {
            Assert.Equal(mailbox.Reply.StartsWith('2'), mailbox.FirstStatus == Status.Delivered);
            Assert.False(mailbox.FirstTimeOnly && mailbox.FinalStatus != Status.Delivered);
        });
    }

    private static async Task<string?> SendAsync(SmtpSimulator simulator, string name)
    {
        await using var client = await RawClient.ConnectAsync(simulator.Port);
        return await client.SendAsync(name + "@test");
    }
}
