using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Tests.Commands;

public sealed class DkimCommandTests : IDisposable
{
    private readonly TestCli _cli = new();
    private readonly string _keys;

    public DkimCommandTests() => _keys = "--Smtp:Dkim:Path=" + Path.GetDirectoryName(_cli.File("dkim/readme", ""));

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Dkim_NewThenUse_ShowsTheRecordAndWhoSigns()
    {
        Assert.Equal(ExitCode.Fine, await _cli.RunAsync("dkim", "new", "acme.example", "2026-11", _keys));
        Assert.Contains("2026-11._domainkey.acme.example. IN TXT ( \"v=DKIM1; k=rsa; p=", _cli.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", _cli.Out, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Fine, await _cli.RunAsync("dkim", "show", "--json", _keys));
        Assert.Equal("waits", _cli.Json.GetProperty("state").GetString());

        Assert.Equal(ExitCode.Fine, await _cli.RunAsync("dkim", "use", "acme.example", "2026-11", "--json", _keys));
        Assert.Equal(ExitCode.Fine, await _cli.RunAsync("dkim", "show", "--json", _keys));
        Assert.Equal(("signs", 2048), (_cli.Json.GetProperty("state").GetString(), _cli.Json.GetProperty("bits").GetInt32()));
        Assert.StartsWith("v=DKIM1; k=rsa; p=", _cli.Json.GetProperty("txt").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_BadFile_IsOneAndNamesTheFault()
    {
        _cli.File("dkim/acme.example/s1.pem", "nothing");

        Assert.Equal(ExitCode.No, await _cli.RunAsync("dkim", "show", _keys));

        Assert.Contains("no private key in it", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_NoKey_IsOne()
    {
        Assert.Equal(ExitCode.No, await _cli.RunAsync("dkim", "show", _keys));
        Assert.Contains("dispatcher dkim new", _cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dkim", "show")]
    [InlineData("dkim", "new", "acme.example", "s1")]
    [InlineData("dkim", "use", "acme.example", "s1")]
    public async Task Dkim_NoFolderSet_IsTwoAndNamesTheKey(params string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync(arguments));
        Assert.Contains("Smtp:Dkim:Path", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new", "acme.example", "../s1")]
    [InlineData("new", "no domain", "s1")]
    [InlineData("use", "acme.example", "s1")]
    public async Task Dkim_Mistake_IsTwo(params string[] arguments) =>
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync(["dkim", .. arguments, _keys]));
}
