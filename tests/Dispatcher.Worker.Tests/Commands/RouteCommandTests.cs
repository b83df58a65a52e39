using Dispatcher.Core.Sending.Routes;
using Dispatcher.Simulators.Dns;
using Dispatcher.Smtp.Routing;
using Dispatcher.TestKit.Processes;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Files;

namespace Dispatcher.Worker.Tests.Commands;

public sealed class RouteCommandTests : IAsyncDisposable
{
    private readonly TestCli _cli = new();
    private readonly TempFolder _folder = new();

    private readonly DnsSimulator _dns = new(
        new ZoneResponder(new DnsZone()
            .Mx("big.example", 20, "b.l.google.com").Mx("big.example", 10, "a.l.google.com").A("a.l.google.com", "192.0.2.1").A("b.l.google.com", "192.0.2.2")
            .Mx("null.example", 0, "")
            .Mx("loop.example", 10, "lo.example").A("lo.example", "127.0.0.1")
            .Silent("away.example")),
        TimeProvider.System);

    [Fact]
    public async Task Show_Direct_NamesExchangersInOrderAndTheRule()
    {
        Assert.Equal(ExitCode.Fine, await ShowAsync("--to", "eva@big.example", "--tenant", "acme", "--json"));

        var route = _cli.Json.GetProperty("routes")[0];
        Assert.Equal(("rules[0]", "mx", "direct"), (
            _cli.Json.GetProperty("rule").GetString(), route.GetProperty("route").GetString(), route.GetProperty("kind").GetString()));
        Assert.Equal(["a.l.google.com", "b.l.google.com"], route.GetProperty("hosts").EnumerateArray().Select(host => host.GetProperty("host").GetString()));
        Assert.Equal("192.0.2.1", route.GetProperty("hosts")[0].GetProperty("addresses")[0].GetString());
        Assert.Equal("google", route.GetProperty("shaping").GetString());
    }

    [Theory]
    [InlineData("null.example", "null MX")]
    [InlineData("nowhere.example", "does not exist")]
    [InlineData("loop.example", "a loop")]
    [InlineData("away.example", "could not be looked up")]
    public async Task Show_CouldNotBeSent_SaysWhy(string domain, string why)
    {
        Assert.Equal(ExitCode.No, await ShowAsync("--to", $"eva@{domain}", "--tenant", "acme", "--Dns:Timeout=00:00:00.300"));

        Assert.Contains(why, _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_NoRuleMatches_IsTheDefaultRelay()
    {
        Assert.Equal(ExitCode.Fine, await ShowAsync("--to", "eva@big.example"));

        Assert.Contains("default decides", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("relay.example.com:587", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_WithoutRoutes_NamesTheRelay()
    {
        Assert.Equal(ExitCode.Fine, await _cli.RunAsync("route", "show", "--to", "eva@big.example", "--Smtp:Host=relay.example.com"));

        Assert.Contains("relay.example.com:25", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Mistakes_AreNamedWithFileAndPath()
    {
        var file = Write("""
            routes:
            - name: main
              kind: relay
              user: me
              endpoints: [{ host: relay.example.com }]
            rules:
            - senderDomains: ["*.example.com"]
              use: other
            default: main
            """);

        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("route", "check", file));

        Assert.Contains($"{file}: rules[0].use: there is no route 'other'", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("route", "check", Write("routes: [{ name: main, kind: relay, user: me, endpoints: [{ host: a.example.com }] }]\ndefault: main")));
        Assert.Contains("routes[0] (main): User and PasswordFile belong together", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("route", "check", Write("routes: [\n")));
        Assert.Contains("line ", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("route", "check", Path.Combine(_folder.Path, "none.yaml")));
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync("route", "check"));
    }

    [Fact]
    public async Task Check_Good_IsFine()
    {
        Assert.Equal(ExitCode.Fine, await _cli.RunAsync("route", "check", Write(Routes), "--json"));

        Assert.True(_cli.Json.GetProperty("ok").GetBoolean());
        Assert.Equal(2, _cli.Json.GetProperty("routes").GetInt32());
    }

    [Fact]
    public void ShippedShaping_KnowsTheLargeProviders()
    {
        var problems = new List<string>();
        var file = RouteFiles.ReadShaping(null, SmtpFiles.Format, problems);

        Assert.Equal([], problems);
        var table = new ShapingTable(file!);
        Assert.Equal("google", table.Find("gmail.com", [])!.Name);
        Assert.Equal("google", table.Find("customer.example", ["aspmx.l.google.com"])!.Name);
        Assert.Equal("microsoft", table.Find("hotmail.se", ["hotmail-se.olc.protection.outlook.com"])!.Name);
        Assert.Equal("microsoft365", table.Find("customer.example", ["customer-example.mail.protection.outlook.com"])!.Name);
        Assert.Equal("yahoo", table.Find("yahoo.se", ["mx-eu.mail.am0.yahoodns.net"])!.Name);
        Assert.Equal("apple", table.Find("icloud.com", [])!.Name);
        Assert.Equal("gmx", table.Find("web.de", [])!.Name);
        Assert.Null(table.Find("small.example", ["mx.small.example"]));
    }

    public async ValueTask DisposeAsync()
    {
        await _dns.DisposeAsync();
        _folder.Dispose();
        _cli.Dispose();
    }

    private const string Routes = """
        routes:
        - name: relay
          kind: relay
          endpoints:
          - { host: relay.example.com, port: 587 }
        - name: mx
          kind: direct
        rules:
        - tenants: [acme]
          use: mx
        default: relay
        """;

    private async Task<int> ShowAsync(params string[] arguments)
    {
        await _dns.StartAsync();
        return await _cli.RunAsync(["route", "show", "--dns", $"{_dns.Endpoint}", $"--Smtp:RoutesFile={Write(Routes)}", .. arguments]);
    }

    private string Write(string text)
    {
        var path = Path.Combine(_folder.Path, "routes.yaml");
        File.WriteAllText(path, text);
        return path;
    }
}
