using System.Text;
using System.Text.Json;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Tests.Commands;

public sealed class BounceCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Classify_Json_WritesTheContractsMembersForEachLine()
    {
        _cli.Input = Encoding.UTF8.GetBytes("550 5.1.1 User unknown\r\n\r\n452 4.2.2 mailbox full\n");

        Assert.Equal(ExitCode.Fine, await _cli.RunAsync("bounce", "classify", "--reply", "-", "--json"));

        Assert.Equal(
            [
                """{"reply":"550 5.1.1 User unknown","outcome":"rejected","status":"invalid-recipient","scope":"message","retryClass":null,"reason":"unknown-user","hard":true}""",
                """{"reply":"452 4.2.2 mailbox full","outcome":"deferred","status":"scheduled-for-later","scope":"message","retryClass":"mailbox-full","reason":"mailbox-full","hard":false}""",
            ],
            _cli.Lines);
    }

    [Fact]
    public async Task Classify_LineThatIsNoReply_HasNoOutcomeAndExitCodeIsNo()
    {
        _cli.Input = "250 2.0.0 ok\n----\n"u8.ToArray();

        Assert.Equal(ExitCode.No, await _cli.RunAsync("bounce", "classify", "--reply", "-", "--json"));

        Assert.Equal("delivered", JsonDocument.Parse(_cli.Lines[0]).RootElement.GetProperty("outcome").GetString());
        Assert.Equal(JsonValueKind.Null, _cli.Json.GetProperty("outcome").ValueKind);
        Assert.Equal("not-a-reply", _cli.Json.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Classify_WithoutJson_WritesColumns()
    {
        _cli.Input = "421 4.7.0 try later\n"u8.ToArray();

        Assert.Equal(ExitCode.Fine, await _cli.RunAsync("bounce", "classify", "--reply", "-"));

        Assert.StartsWith("OUTCOME", _cli.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith("deferred ", _cli.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_VeryLongLine_IsCutAndTheNextOneIsReadWhole()
    {
        _cli.Input = Encoding.UTF8.GetBytes("550 5.1.1 " + new string('x', 5_000_000) + "\n550 5.2.2 full");

        Assert.Equal(ExitCode.Fine, await _cli.RunAsync("bounce", "classify", "--reply", "-", "--json"));

        Assert.Equal(2, _cli.Lines.Length);
        Assert.InRange(_cli.Lines[0].Length, 1_000, 10_000);
        Assert.Equal("mailbox-full", _cli.Json.GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("bounce", "classify")]
    [InlineData("bounce", "classify", "bounces/")]
    public async Task Classify_NoReplies_IsUsage(params string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync(arguments));

        Assert.Contains("--reply", _cli.Error, StringComparison.Ordinal);
    }
}
