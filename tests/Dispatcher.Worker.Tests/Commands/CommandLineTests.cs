namespace Dispatcher.Worker.Tests.Commands;

public sealed class CommandLineTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("run")]
    [InlineData("demo")]
    [InlineData("enqueue")]
    [InlineData("status")]
    [InlineData("doctor")]
    [InlineData("tenants")]
    [InlineData("tenants apply")]
    [InlineData("tenants list")]
    [InlineData("tenants show")]
    [InlineData("destinations")]
    [InlineData("destinations apply")]
    [InlineData("destinations list")]
    [InlineData("destinations show")]
    [InlineData("destinations remove")]
    [InlineData("tenants limit")]
    [InlineData("destinations limit")]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("history")]
    [InlineData("history list")]
    [InlineData("history show")]
    [InlineData("cancel")]
    [InlineData("edit")]
    [InlineData("release")]
    [InlineData("suppress add")]
    [InlineData("suppress remove")]
    [InlineData("suppress show")]
    [InlineData("settings")]
    public async Task Help_OfEveryCommand_HasExamples(string command)
    {
        var code = await _cli.RunAsync([.. command.Split(' '), "--help"]);

        Assert.Equal(0, code);
        Assert.Contains("Examples:", _cli.Out, StringComparison.Ordinal);
        Assert.Contains($"dispatcher {command}", _cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("tenants")]
    [InlineData("cancel")]
    [InlineData("history list --limit many")]
    [InlineData("history list --limit 0")]
    [InlineData("history list --tenant Acme")]
    [InlineData("history list --status delivred")]
    [InlineData("suppress add eva@example.com")]
    [InlineData("suppress add eva@example.com --tenant acme --reason mood")]
    [InlineData("status --Redis:Configuration")]
    [InlineData("status --config no-such.json")]
    [InlineData("demo --run a/b")]
    public async Task Invoke_WrongUsage_IsTwoAndWritesNoOutput(string line)
    {
        var code = await _cli.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, code);
        Assert.Empty(_cli.Out);
        Assert.NotEmpty(_cli.Error);
    }

    [Fact]
    public async Task Invoke_RedisAway_IsThreeWithOneLine()
    {
        _cli.Store.AwayFromCall = 1;

        var code = await _cli.RunAsync("history", "list");

        Assert.Equal(3, code);
        Assert.Equal("Redis at 127.0.0.1:6379 can't be reached: refused", _cli.Error.Trim());
    }

    [Fact]
    public async Task Invoke_BrokenSettingsFile_IsTwoAndSaysWhere()
    {
        var file = _cli.File("bad.json", "{\n  \"Smtp\": }");

        Assert.Equal(2, await _cli.RunAsync("settings", "--config", file));

        Assert.Contains("settings file", _cli.Error, StringComparison.Ordinal);
        Assert.Contains(file, _cli.Error, StringComparison.Ordinal);
        Assert.Contains("(line 2, byte 11)", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_SettingTwiceInItsFile_IsTwoAndNamesIt()
    {
        var file = _cli.File("twice.json", "{\"Smtp\":{\"Port\":25,\"port\":26}}");

        Assert.Equal(2, await _cli.RunAsync("settings", "--config", file));

        Assert.Contains(file, _cli.Error, StringComparison.Ordinal);
        Assert.Contains("Smtp:port", _cli.Error, StringComparison.OrdinalIgnoreCase);
    }
}
