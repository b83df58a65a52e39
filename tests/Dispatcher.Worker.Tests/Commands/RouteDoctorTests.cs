using System.Net;
using System.Text.Json;
using Dispatcher.Simulators.Dns;
using Dispatcher.TestKit.Mail;
using Dispatcher.TestKit.Processes;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Doctor;

namespace Dispatcher.Worker.Tests.Commands;

/// <summary><c>doctor</c> with a file of routes, against servers and a name server.</summary>
public sealed class RouteDoctorTests : IAsyncDisposable
{
    private static readonly SmtpScript Well = SmtpScript.Greeted.Answer("221 bye\r\n");

    private readonly TestCli _cli = new() { Variables = { ["Checks__SendingAddresses"] = "192.0.2.1", ["Dns__Timeout"] = "00:00:05", ["Smtp__From"] = "reviews@ours.example" } };
    private readonly DnsZone _zone = new DnsZone().Mx("ours.example", 10, "mx.ours.example").A("out.ours.example", "192.0.2.9").A("mx.ours.example", "192.0.2.8")
        .Ptr("9.2.0.192.in-addr.arpa", "out.ours.example");

    private DnsSimulator? _dns;

    public async ValueTask DisposeAsync()
    {
        _cli.Dispose();
        if (_dns is not null)
        {
            await _dns.DisposeAsync();
        }
    }

    [Fact]
    public async Task Doctor_RelayIsWell_IsFine()
    {
        await using var relay = ScriptedSmtpServer.Start(Well);

        Assert.Equal(0, await DoctorAsync(Relay($"{{ host: 127.0.0.1, port: {relay.Port} }}")));

        Assert.Empty(Findings());
        var line = _cli.Lines.Select(text => JsonDocument.Parse(text).RootElement).Single(line => line.GetProperty("kind").GetString() == "relay");
        Assert.Equal(("main", $"127.0.0.1:{relay.Port}", true, false), (
            line.GetProperty("route").GetString(), line.GetProperty("endpoint").GetString(), line.GetProperty("answers").GetBoolean(), line.GetProperty("tls").GetBoolean()));
        Assert.DoesNotContain(relay.Lines, said => said.StartsWith("MAIL", StringComparison.Ordinal));

        Assert.Equal(0, await _cli.RunAsync("doctor", $"--Smtp:RoutesFile={_cli.File("routes.yaml", Relay($"{{ host: 127.0.0.1, port: {relay.Port} }}"))}"));
        Assert.Contains($"Relay 127.0.0.1:{relay.Port} (main): answers", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_OneOfTwoRelaysIsAway_IsAWarningAndBothAnError()
    {
        await using var relay = ScriptedSmtpServer.Start(Well);
        var (alive, away) = ($"{{ host: 127.0.0.1, port: {relay.Port} }}", $"{{ host: 127.0.0.1, port: {FreePort.Find()} }}");

        Assert.Equal(1, await DoctorAsync(Relay($"{alive}, {away}")));
        Assert.Equal([("relay-unreachable", "warning")], Findings());

        Assert.Equal(1, await DoctorAsync(Relay(away)));
        Assert.Equal([("relay-unreachable", "error")], Findings());
        Assert.Contains("ConnectionRefused", _cli.Json.GetProperty("what").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("required", "250 hello\r\n", "relay-tls")]
    [InlineData("none", "421 4.3.2 not for you\r\n", "relay-refuses")]
    public async Task Doctor_RelayDoesNotGoThatFar_SaysWhere(string tls, string hello, string code)
    {
        await using var relay = ScriptedSmtpServer.Start(SmtpScript.Empty.Send("220 ready\r\n").Answer(hello).Hang());

        Assert.Equal(1, await DoctorAsync(Relay($"{{ host: 127.0.0.1, port: {relay.Port} }}", $"tls: {tls}")));

        Assert.Equal([(code, "error")], Findings());
    }

    [Fact]
    public async Task Doctor_LoginRefusedAndPasswordFileOpen_SaysBothAndNotThePassword()
    {
        await using var relay = ScriptedSmtpServer.Start(SmtpScript.Empty.Send("220 ready\r\n").Answer("250-hello\r\n250 AUTH PLAIN\r\n").Answer("535 5.7.8 no\r\n").Hang());
        var password = _cli.File("password", "sesame");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(password, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        }

        Assert.Equal(1, await DoctorAsync(Relay(
            $"{{ host: 127.0.0.1, port: {relay.Port} }}", $"tls: none\n  user: worker\n  allowPlainTextAuth: true\n  passwordFile: {password}")));

        Assert.Equal([("relay-login", "error"), ("secret-open", "warning")], Findings());
        Assert.DoesNotContain("sesame", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_FileWithMistakes_NamesEach()
    {
        Assert.Equal(1, await DoctorAsync("routes: [{ name: main, kind: relay, endpoints: [{ host: a.example, port: 0 }] }]\ndefault: other"));

        Assert.All(Findings(), finding => Assert.Equal(("routes-file", "error"), finding));
        Assert.Contains("there is no route 'other'", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_PasswordFileIsMissing_IsAnError()
    {
        Assert.Equal(1, await DoctorAsync(Relay("{ host: 127.0.0.1 }", "tls: required\n  user: worker\n  passwordFile: /nowhere/password")));

        Assert.Equal([("routes-file", "error")], Findings());
        Assert.Contains("does not exist", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_SourcesAndNamesAreRight_FindsTheAddressOnlyThatIsNotHere()
    {
        Assert.Equal(1, await DoctorAsync(Direct("{ address: 127.0.0.1, ehloName: lo.ours.example }, { address: 192.0.2.9, ehloName: out.ours.example }")));

        Assert.Equal([("source-address", "error")], Findings());
        Assert.Contains("192.0.2.9", _cli.Json.GetProperty("what").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_NameLeadsElsewhereAndNothingPointsBack_IsAWarning()
    {
        Assert.Equal(1, await DoctorAsync(Direct("{ address: 192.0.2.7, ehloName: mx.ours.example }, { address: 192.0.2.7, ehloName: nowhere.ours.example }")));

        Assert.Equal(["ehlo-name", "reverse-dns", "source-address"], Findings().Select(finding => finding.Code).Distinct().Order());
        Assert.Contains("mx.ours.example is said in EHLO from 192.0.2.7 and does not lead there", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("publish A 192.0.2.7", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("nowhere.ours.example is said in EHLO and has no address", _cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("out.ours.example", 0)]
    [InlineData("nowhere.ours.example", 1)]
    public async Task Doctor_NoSources_LooksTheNameUp(string name, int code)
    {
        Assert.Equal(code, await DoctorAsync($"routes: [{{ name: mx, kind: direct, ehloName: {name} }}]\ndefault: mx"));

        Assert.Equal(code == 1, Findings().Contains(("ehlo-name", "warning")));
    }

    [Fact]
    public async Task Doctor_DnsIsSilent_IsAnError()
    {
        _zone.Silent("away.example");
        _cli.Variables["Dns__Timeout"] = "00:00:01";
        _cli.Variables["Smtp__From"] = "reviews@away.example";

        Assert.Equal(1, await DoctorAsync("routes: [{ name: mx, kind: direct, ehloName: out.ours.example }]\ndefault: mx"));

        Assert.Equal([("dns-silent", "error")], Findings());
    }

    [Fact]
    public async Task Doctor_OneRelayThatIsSet_IsTriedToo()
    {
        await using var relay = ScriptedSmtpServer.Start(Well);

        Assert.Equal(0, await _cli.RunAsync("doctor", "--json", "--Smtp:Host=127.0.0.1", $"--Smtp:Port={relay.Port}"));
        Assert.Equal(1, await _cli.RunAsync("doctor", "--json", "--Smtp:Host=127.0.0.1", $"--Smtp:Port={FreePort.Find()}"));

        Assert.Equal([("relay-unreachable", "error")], Findings());
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2001:4860:4860::8888", true)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.0.1", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("100.64.0.1", false)]
    [InlineData("::ffff:192.168.1.1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("::1", false)]
    public void Is_Address_TellsWhetherOthersSeeIt(string address, bool isPublic) => Assert.Equal(isPublic, PublicAddress.Is(IPAddress.Parse(address)));

    private static string Relay(string endpoints, string more = "tls: none") => $"""
        routes:
        - name: main
          kind: relay
          {more}
          endpoints: [{endpoints}]
        default: main
        """;

    private static string Direct(string sources) => $"""
        routes:
        - name: mx
          kind: direct
          sources: [{sources}]
        default: mx
        """;

    private async Task<int> DoctorAsync(string routes)
    {
        if (_dns is null)
        {
            _dns = new DnsSimulator(new ZoneResponder(_zone), TimeProvider.System);
            await _dns.StartAsync();
        }

        return await _cli.RunAsync("doctor", "--json", $"--Smtp:RoutesFile={_cli.File("routes.yaml", routes)}", $"--Dns:Servers={_dns.Endpoint}");
    }

    private List<(string? Code, string? Severity)> Findings() => [.. _cli.Lines.Select(line => JsonDocument.Parse(line).RootElement)
        .Where(line => line.GetProperty("kind").GetString() == "finding")
        .Select(line => (line.GetProperty("code").GetString(), line.GetProperty("severity").GetString()))];
}
