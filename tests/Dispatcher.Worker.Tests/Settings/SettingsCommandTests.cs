using System.Text.Json;

namespace Dispatcher.Worker.Tests.Settings;

public sealed class SettingsCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Settings_Json_SaysWhereEachValueComesFrom()
    {
        _cli.File("appsettings.json", """{"Smtp":{"Host":"a.example","Port":26},"Retry":{"Schedule":["1m","2m"]}}""");
        var config = _cli.File("more.json", """{"Smtp":{"Port":27,"From":"x@b.example"}}""");
        _cli.Variables["Smtp__From"] = "y@c.example";
        _cli.Variables["Queue__Lanes"] = "2";

        var code = await _cli.RunAsync("settings", "--json", "--config", config, "--Queue:Lanes=4");

        Assert.Equal(0, code);
        Assert.Equal(("a.example", "file"), Of("Smtp:Host"));
        Assert.Equal(("27", "file"), Of("Smtp:Port"));
        Assert.Equal(("y@c.example", "environment"), Of("Smtp:From"));
        Assert.Equal(("4", "command line"), Of("Queue:Lanes"));
        Assert.Equal(("1m,2m", "file"), Of("Retry:Schedule"));
        Assert.Equal(("5", "default"), Of("Queue:LeaseSeconds"));
    }

    [Fact]
    public async Task Settings_EveryOne_IsDescribed()
    {
        await _cli.RunAsync("settings", "--json");

        Assert.All(_cli.Lines, line => Assert.NotEmpty(JsonDocument.Parse(line).RootElement.GetProperty("description").GetString()!));
        Assert.Contains(_cli.Lines, line => line.Contains("Smtp:Timeouts:Connect", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Settings_Secrets_AreMasked()
    {
        await _cli.RunAsync("settings", "--json", "--Redis:Configuration=h:1,password=hunter2,ssl=true", "--Smtp:Host=u:hunter2@h");

        Assert.DoesNotContain("hunter2,", _cli.Out, StringComparison.Ordinal);
        Assert.Equal("h:1,password=***,ssl=true", Of("Redis:Configuration").Value);
    }

    [Fact]
    public async Task Settings_SmtpLogin_ShowsThePathOfThePasswordOnly()
    {
        var file = _cli.File("password", "hunter2");

        await _cli.RunAsync("settings", "--json", "--Smtp:User=worker", $"--Smtp:PasswordFile={file}", "--Smtp:Password=hunter2");

        Assert.Equal((file, "command line"), Of("Smtp:PasswordFile"));
        Assert.Equal(("worker", "command line"), Of("Smtp:User"));
        Assert.Contains("Unknown setting Smtp:Password;", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", _cli.Out + _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Smtp:Password", "x", "***")]
    [InlineData("Links:SigningKey", "x", "***")]
    [InlineData("Smtp:PasswordFile", "/run/secret", "/run/secret")]
    [InlineData("Http:ApiKeysFile", "/run/keys", "/run/keys")]
    [InlineData("Redis:Configuration", "redis://me:pw@h:1", "redis://***@h:1")]
    [InlineData("Redis:Configuration", "h:1, Password = a b ,x=1", "h:1, Password = ***,x=1")]
    [InlineData("Smtp:Password", "", "")]
    public void SecretMask_Of_HidesSecretsOnly(string key, string value, string expected) =>
        Assert.Equal(expected, Dispatcher.Worker.Settings.SecretMask.Of(key, value));

    [Theory]
    [InlineData("--Smtp:Prot=25", "Unknown setting Smtp:Prot: did you mean Smtp:Port?")]
    [InlineData("--Stmp:Port=25", "Unknown section Stmp: did you mean Smtp?")]
    [InlineData("--Smtp:Timeouts:Conect=1", "Unknown setting Smtp:Timeouts:Conect: did you mean Smtp:Timeouts:Connect?")]
    [InlineData("--Queue:Banana=1", "Unknown setting Queue:Banana;")]
    public async Task Settings_UnknownKey_IsAWarning(string argument, string expected)
    {
        Assert.Equal(0, await _cli.RunAsync("settings", argument));
        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_OtherSections_AreNotJudged()
    {
        await _cli.RunAsync("settings", "--Logging:LogLevel:Default=Debug", "--Retry:Schedule:0=1m");

        Assert.Empty(_cli.Error);
    }

    [Fact]
    public async Task Run_WrongSettings_AreAllReportedAtOnce()
    {
        var code = await _cli.RunAsync(
            "run", "--Smtp:Port=0", "--Retry:MaxAge=0s", "--Http:Urls=http://0.0.0.0:0", "--Templates:PollInterval=00:00:00");

        Assert.Equal(2, code);
        Assert.Contains("Wrong setting: Smtp:Port", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("Wrong setting: Retry:MaxAge", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("Wrong setting: Templates:PollInterval", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("Http:Urls: http://0.0.0.0:0 can be reached from outside, which needs API keys", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ValueOfWrongKind_NamesTheSetting()
    {
        Assert.Equal(2, await _cli.RunAsync("run", "--Smtp:Port=many"));
        Assert.Contains("Smtp:Port", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_UnknownWord_NamesTheKnownOnes()
    {
        Assert.Equal(2, await _cli.RunAsync("run", "--Smtp:Tls=always"));
        Assert.Contains(
            "Smtp:Tls: 'always' is no word that is known here: Auto, None, Opportunistic, Required, Implicit", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_KnownWordInAnyCase_IsTaken()
    {
        Assert.Equal(2, await _cli.RunAsync("run", "--Smtp:Tls=iMPLICIT", "--Smtp:Port=0"));
        Assert.Contains("Smtp:Port", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Smtp:Tls", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BrokenTenants_IsUsageError()
    {
        var code = await _cli.RunAsync("run", "--Http:Urls=http://127.0.0.1:0", "--Tenants:Path=" + _cli.File("t.yaml", "tenant: Acme\n"));

        Assert.Equal(2, code);
        Assert.Contains("Tenants:Path", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BrokenDestinations_IsUsageError()
    {
        var code = await _cli.RunAsync(
            "run", "--Http:Urls=http://127.0.0.1:0", "--Destinations:Path=" + _cli.File("d.yaml", "group: gmail\ndomains: [gmail]\n"));

        Assert.Equal(2, code);
        Assert.Contains("Destinations:Path", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("domains[0]", _cli.Error, StringComparison.Ordinal);
    }

    private (string? Value, string? Source) Of(string key)
    {
        var setting = _cli.Lines.Select(line => JsonDocument.Parse(line).RootElement).Single(line => line.GetProperty("key").GetString() == key);
        return (setting.GetProperty("value").GetString(), setting.GetProperty("source").GetString());
    }
}
