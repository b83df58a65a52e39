using System.Text.Json;
using Dispatcher.Core.Storage;
using Dispatcher.Simulators.Dns;

namespace Dispatcher.Worker.Tests.Commands;

public sealed class DoctorCommandTests : IDisposable
{
    private static readonly Finding Paused = new(FindingSeverity.Info, "paused", "tenant acme has been paused", "resume it");
    private static readonly Finding AofOff = new(FindingSeverity.Warning, "aof-off", "the append-only file is off [really]", "set appendonly yes");

    private readonly TestCli _cli = new() { Variables = { ["Checks__SendingAddresses"] = "192.0.2.1" } };

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Doctor_NothingWrong_ShowsWhatThereIsAndIsZero()
    {
        Assert.Equal(0, await _cli.RunAsync("doctor"));

        Assert.All(
            new[]
            {
                "Redis 7.4.1, master", "appendfsync always", "1 lanes, schema 2", "1,234 queued", "worker worker-1", "cancel by filter", "2 entries, 1 unread",
                "acme 1,000", "tenant/gamma", "{d:00}:later", "4.2 MB", "Nothing is wrong.",
            },
            text => Assert.Contains(text, _cli.Out, StringComparison.Ordinal));
        Assert.Equal(0, _cli.Doctor.Repairs);
    }

    [Fact]
    public async Task Doctor_InfoAlone_IsZero()
    {
        _cli.Doctor.Find(Paused);

        Assert.Equal(0, await _cli.RunAsync("doctor"));

        Assert.Contains("tenant acme has been paused", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_AWarning_IsOneAndSaysWhatToDo()
    {
        _cli.Doctor.Find(AofOff, Paused);

        Assert.Equal(1, await _cli.RunAsync("doctor"));

        Assert.Contains("the append-only file is off [really]", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("set appendonly yes", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_Json_IsOneObjectOfAKindALine()
    {
        _cli.Doctor.Find(AofOff);

        Assert.Equal(1, await _cli.RunAsync("doctor", "--json"));

        var kinds = _cli.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString());
        Assert.Equal(["server", "data", "lane", "door", "tenant", "tenant", "scope", "key", "finding"], kinds);
        Assert.Equal(1234, JsonDocument.Parse(_cli.Lines[2]).RootElement.GetProperty("states").GetProperty("queued").GetInt64());
        Assert.Equal("aof-off", _cli.Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Doctor_NoSendingAddresses_SaysThatSpfIsNotChecked()
    {
        _cli.Variables.Clear();

        Assert.Equal(0, await _cli.RunAsync("doctor", "--json"));

        Assert.Equal(("spf-off", "info"), (_cli.Json.GetProperty("code").GetString(), _cli.Json.GetProperty("severity").GetString()));
    }

    [Theory]
    [InlineData("192.0.2.1", 0)]
    [InlineData("192.0.2.1,198.51.100.1", 1)]
    public async Task Doctor_AddressThatOurOwnRecordLacks_IsAWarning(string addresses, int code)
    {
        await using var dns = new DnsSimulator(new ZoneResponder(new DnsZone().Txt("spf.ours.example", "v=spf1 ip4:192.0.2.1 -all")), TimeProvider.System);
        await dns.StartAsync();

        Assert.Equal(code, await _cli.RunAsync(
            "doctor", "--json", $"--Checks:SendingAddresses={addresses}", "--Checks:SpfInclude=spf.ours.example", $"--Dns:Servers={dns.Endpoint}"));

        Assert.Equal(code == 1, _cli.Out.Contains("spf-include", StringComparison.Ordinal));
        Assert.Equal(code == 1, _cli.Out.Contains("v=spf1 ip4:198.51.100.1 ip4:192.0.2.1 -all", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Doctor_Repair_SaysWhatItDid()
    {
        Assert.Equal(0, await _cli.RunAsync("doctor", "--repair"));
        Assert.Contains("put right 2 invitations not in their queue", _cli.Out, StringComparison.Ordinal);

        Assert.Equal(0, await _cli.RunAsync("doctor", "--repair", "--json"));
        Assert.Equal(
            """{"kind":"repair","looked":5000,"queue":2,"later":0,"held":0,"strays":0,"flows":0,"counters":1,"ended":0,"order":0,"unreadable":0}""", _cli.Lines[0]);
        Assert.Equal(2, _cli.Doctor.Repairs);
    }

    [Theory]
    [InlineData("doctor")]
    [InlineData("doctor --repair")]
    public async Task Doctor_RedisAway_IsThree(string line)
    {
        _cli.Doctor.Examination = null;

        Assert.Equal(3, await _cli.RunAsync(line.Split(' ')));
        Assert.Contains("can't be reached", _cli.Error, StringComparison.Ordinal);
    }
}
