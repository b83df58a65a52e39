using System.Text;
using System.Text.Json;
using Dispatcher.Simulators.Dns;

namespace Dispatcher.Worker.Tests.Commands;

public sealed class AddressCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("eva@example.com", "ok", "eva@example.com", null)]
    [InlineData("eva@räksmörgås.example", "ok", "eva@xn--rksmrgs-5wao1o.example", null)]
    [InlineData("eva@hotmail.con", "ok", "eva@hotmail.con", "eva@hotmail.com")]
    [InlineData("eva@gmial.com", "temporary-address", "eva@gmial.com", "eva@gmail.com")]
    [InlineData("eva@a.mailinator.com", "temporary-address", "eva@a.mailinator.com", null)]
    [InlineData("eva@sub.blocked.example", "blocked-domain", "eva@sub.blocked.example", null)]
    [InlineData("eva", "invalid-recipient", null, null)]
    [InlineData("\"eva\"@example.com", "invalid-recipient", null, null)]
    public async Task Check_Address_HasTheStatusOfAnInvitation(string address, string status, string? wire, string? suggestion)
    {
        Assert.Equal(status == "ok" ? 0 : 1, await _cli.RunAsync("address", "check", address, "--json", "--Checks:BlockedDomains=blocked.example"));

        Assert.Equal(status, _cli.Json.GetProperty("status").GetString());
        Assert.Equal(wire, _cli.Json.GetProperty("wire").GetString());
        Assert.Equal(suggestion, _cli.Json.GetProperty("suggestion").GetString());
        Assert.Equal(status == "ok", _cli.Json.GetProperty("reason").ValueKind == JsonValueKind.Null);
        Assert.False(_cli.Json.TryGetProperty("mail", out _));
    }

    [Fact]
    public async Task Check_StandardInput_IsALineEach()
    {
        _cli.Input = Encoding.UTF8.GetBytes("eva@example.com\r\n\nnobody\n" + new string('x', 100_000) + "@example.com\n");

        Assert.Equal(1, await _cli.RunAsync("address", "check", "-", "--json"));

        Assert.Equal(["ok", "invalid-recipient", "invalid-recipient"], _cli.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task Check_ForPeople_IsATableThatNoAddressBreaks()
    {
        Assert.Equal(1, await _cli.RunAsync("address", "check", "eva@example.com", "[red]\u001b[31m@example.com"));

        Assert.Contains("eva@example.com", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("[red]", _cli.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', _cli.Out);
    }

    [Theory]
    [InlineData("eva@fine.example", 0, "takes-mail")]
    [InlineData("eva@null.example", 1, "null-mx")]
    [InlineData("eva@none.example", 1, "no-such-domain")]
    [InlineData("eva@silent.example", 3, "unknown")]
    public async Task Check_Mx_AsksDns(string address, int code, string mail)
    {
        var zone = new DnsZone().Mx("fine.example", 10, "mx.fine.example").A("mx.fine.example", "192.0.2.1").Mx("null.example", 0, "").Silent("silent.example", DnsType.Mx);
        await using var dns = new DnsSimulator(new ZoneResponder(zone), TimeProvider.System);
        await dns.StartAsync();

        Assert.Equal(code, await _cli.RunAsync("address", "check", address, "--mx", "--json", "--dns", dns.Endpoint.ToString(), "--Dns:Timeout=00:00:00.3"));

        Assert.Equal(mail, _cli.Json.GetProperty("mail").GetString());
    }

    [Fact]
    public async Task Check_NoAddress_IsUsageError() => Assert.Equal(2, await _cli.RunAsync("address", "check"));
}
