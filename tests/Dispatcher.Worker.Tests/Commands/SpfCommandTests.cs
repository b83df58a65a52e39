using System.Text;
using System.Text.Json;
using Dispatcher.Simulators.Dns;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Tests.Commands;

public sealed class SpfCommandTests : IAsyncDisposable
{
    private readonly TestCli _cli = new();

    private readonly DnsSimulator _dns = new(
        new ZoneResponder(new DnsZone()
            .Txt("acme.example", "v=spf1 include:spf.ours.example ip4:192.0.2.0/24 -all exp=why.acme.example").Txt("why.acme.example", "%{i} may not")
            .Txt("spf.ours.example", "v=spf1 ip4:203.0.113.1 -all")
            .Txt("broken.example", "v=spf1 nonsense").Silent("away.example")),
        TimeProvider.System);

    [Fact]
    public async Task Check_Pass_NamesRecordAndTerm()
    {
        Assert.Equal(ExitCode.Fine, await RunAsync("--ip", "192.0.2.9", "--mail-from", "a@acme.example"));

        Assert.Contains("ip4:192.0.2.0/24", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("1 of 10", _cli.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("remedy", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Fail_SaysWhatToPublish()
    {
        Assert.Equal(ExitCode.No, await RunAsync("--ip", "198.51.100.1", "--mail-from", "a@acme.example", "--json", "--Checks:SpfInclude=spf.new.example"));

        Assert.Equal("fail", _cli.Json.GetProperty("result").GetString());
        Assert.Equal("198.51.100.1 may not", _cli.Json.GetProperty("explanation").GetString());
        Assert.Equal("-all", _cli.Json.GetProperty("mechanism").GetString());
        Assert.Contains("v=spf1 include:spf.new.example include:spf.ours.example", _cli.Json.GetProperty("remedy").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, _cli.Json.GetProperty("includeAt").ValueKind);
    }

    [Fact]
    public async Task Check_IncludeOfOurs_SaysWhichLookupItIs()
    {
        await RunAsync("--ip", "203.0.113.1", "--mail-from", "a@acme.example", "--json", "--Checks:SpfInclude=spf.ours.example");

        Assert.Equal(("pass", 1), (_cli.Json.GetProperty("result").GetString(), _cli.Json.GetProperty("includeAt").GetInt32()));
    }

    [Fact]
    public async Task Check_DnsAway_IsOutside()
    {
        Assert.Equal(ExitCode.Outside, await RunAsync("--ip", "192.0.2.9", "--mail-from", "a@away.example", "--dns-timeout", "100"));
        Assert.Contains("temperror", _cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--ip", "192.0.2")]
    [InlineData("--ip", "192.0.2.1", "--batch")]
    [InlineData("--ip", "192.0.2.1", "--dns-timeout", "0")]
    [InlineData("--batch", "--dns", "127.0.0.1:99999")]
    [InlineData]
    public async Task Check_WrongUsage_SaysSo(params string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(arguments));
        Assert.NotEmpty(_cli.Error);
    }

    [Fact]
    public async Task Batch_Lines_AreAnsweredInTheirOrder()
    {
        _cli.Input = Encoding.UTF8.GetBytes("""
            {"id":"slow","ip":"192.0.2.9","mailFrom":"a@away.example","helo":"x"}
            {"id":"good","ip":"192.0.2.9","mailFrom":"a@acme.example","helo":"x"}

            {"id":"bad","ip":"198.51.100.1","mailFrom":"a@acme.example","helo":"x"}
            {"id":"helo","ip":"::ffff:192.0.2.9","mailFrom":"","helo":"acme.example"}
            {"id":"broken","ip":"192.0.2.9","mailFrom":"a@broken.example","helo":"x"}
            """);

        Assert.Equal(ExitCode.No, await RunAsync("--batch", "--dns-timeout", "1000"));

        Assert.Equal(
            [
                """{"id":"slow","result":"temperror","explanation":null}""",
                """{"id":"good","result":"pass","explanation":null}""",
                """{"id":"bad","result":"fail","explanation":"198.51.100.1 may not"}""",
                """{"id":"helo","result":"pass","explanation":null}""",
                """{"id":"broken","result":"permerror","explanation":null}""",
            ],
            _cli.Lines);
    }

    [Fact]
    public async Task Batch_LinesThatCannotBeRead_GetTheirOwnErrors()
    {
        _cli.Input = Encoding.UTF8.GetBytes("{\"id\":\"1\"\n[1]\n{\"id\":\"3\",\"ip\":\"1\",\"helo\":\"x\"}\n{\"id\":\"4\",\"ip\":\"::1\",\"mailFrom\":7}\n"
            + "{\"id\":\"5\",\"ip\":\"::1\",\"helo\":\"\\ud800\"}\n" + new string('x', 20_000) + "\n{\"\\ud800\":1,\"i\\ud800\":1}\n{\"id\":\"8\",\"ip\":\"192.0.2.9\",\"mailFrom\":\"a@acme.example\"}");

        Assert.Equal(ExitCode.Usage, await RunAsync("--batch"));

        Assert.Equal(8, _cli.Lines.Length);
        Assert.All(_cli.Lines[..7].Index(), line => Assert.StartsWith($"{{\"line\":{line.Index + 1},", line.Item, StringComparison.Ordinal));
        Assert.Contains("not JSON", _cli.Lines[0], StringComparison.Ordinal);
        Assert.Contains("ip is not an IP address", _cli.Lines[2], StringComparison.Ordinal);
        Assert.Contains("mailFrom is not a text", _cli.Lines[3], StringComparison.Ordinal);
        Assert.Contains("helo is not valid text", _cli.Lines[4], StringComparison.Ordinal);
        Assert.Contains("longer than", _cli.Lines[5], StringComparison.Ordinal);
        Assert.Contains("not valid text", _cli.Lines[6], StringComparison.Ordinal);
        Assert.Contains("pass", _cli.Lines[7], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WrongSettings_AreNamed()
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("spf", "check", "--ip", "192.0.2.1", "--mail-from", "a@b.example", "--Dns:Servers=resolver.example", "--Dns:Attempts=0"));

        Assert.Contains("Dns:Servers 'resolver.example' is not an address", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("Dns:Attempts", _cli.Error, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        _cli.Dispose();
        await _dns.DisposeAsync();
    }

    private async Task<int> RunAsync(params string[] arguments)
    {
        if (_dns.Endpoint.Port == 0)
        {
            await _dns.StartAsync();
        }

        string[] server = arguments.Contains("--dns") ? [] : ["--dns", $"{_dns.Endpoint}"];
        return await _cli.RunAsync(["spf", "check", .. arguments, .. server]);
    }
}
