using System.Text.Json;
using Dispatcher.Simulators.Dns;
using Dispatcher.Smtp.Dkim;

namespace Dispatcher.Worker.Tests.Commands;

/// <summary><c>doctor</c> with keys that sign, against a name server.</summary>
public sealed class DkimDoctorTests : IAsyncDisposable
{
    private readonly TestCli _cli = new() { Variables = { ["Checks__SendingAddresses"] = "192.0.2.1", ["Dns__Timeout"] = "00:00:05" } };
    private readonly string _folder;
    private readonly DnsZone _zone = new();
    private DnsSimulator? _dns;

    public DkimDoctorTests()
    {
        _folder = Path.GetDirectoryName(_cli.File("dkim/readme", ""))!;
        _cli.Variables["Smtp__Dkim__Path"] = _folder;
    }

    public async ValueTask DisposeAsync()
    {
        _cli.Dispose();
        if (_dns is not null)
        {
            await _dns.DisposeAsync();
        }
    }

    [Fact]
    public async Task Doctor_NoKey_SaysNothing()
    {
        Assert.Equal(0, await DoctorAsync());

        Assert.Empty(Findings());
    }

    [Fact]
    public async Task Doctor_KeysArePublished_IsFine()
    {
        foreach (var record in new[] { Key("acme.example", "s1"), Key("other.example", "s2") })
        {
            _zone.Txt(record.Name, record.Value.Replace("p=", "t=s; p= ", StringComparison.Ordinal));
        }

        Assert.Equal(0, await DoctorAsync());

        Assert.Empty(Findings());
    }

    [Fact]
    public async Task Doctor_KeyThatDoesNotSign_IsNotLookedUp()
    {
        new DkimKeyStore(_folder).Create("acme.example", "next", 2048, out _);

        Assert.Equal(0, await DoctorAsync());

        Assert.Empty(Findings());
    }

    [Theory]
    [InlineData(null, "dkim-record", "s1 of acme.example signs and is not published")]
    [InlineData("v=DKIM1; k=rsa; p=AAAA", "dkim-record", "is not the key that signs")]
    [InlineData("v=DKIM1; k=rsa; p=", "dkim-record", "is revoked")]
    [InlineData("v=DKIM1; k=rsa; p={0}; p=", "dkim-record", "p= stands twice")]
    [InlineData("v=DKIM1; k=ed25519; p={0}", "dkim-record", "k= is not rsa")]
    [InlineData("v=DKIM1; h=sha1; s=x; p={0}", "dkim-record", "h= does not list sha256, and s= lists neither")]
    [InlineData("v=DKIM1; t=s:y; p={0}", "dkim-testing", "t=y")]
    public async Task Doctor_RecordIsNotWell_IsAWarning(string? published, string code, string what)
    {
        var record = Key("acme.example", "s1");
        if (published is not null)
        {
            _zone.Txt(record.Name, published.Replace("{0}", Base64(record), StringComparison.Ordinal));
        }

        Assert.Equal(1, await DoctorAsync());

        Assert.Equal([(code, "warning")], Findings());
        Assert.Contains(what, _cli.Json.GetProperty("what").GetString(), StringComparison.Ordinal);
        Assert.Equal(code == "dkim-record", _cli.Json.GetProperty("remedy").GetString()!.Contains(record.ZoneLine, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("v=DKIM1; p=")]
    [InlineData("v=DKIM1; t=y; p=AAAA")]
    [InlineData("v=spf1 -all")]
    public async Task Doctor_SecondRecordBesideOurs_IsAWarning(string other)
    {
        var record = Key("acme.example", "s1");
        _zone.Txt(record.Name, other).Txt(record.Name, record.Value);

        Assert.Equal(1, await DoctorAsync());

        Assert.Equal([("dkim-several", "warning")], Findings());
    }

    [Fact]
    public async Task Doctor_DnsIsSilent_IsOneFindingForAllKeys()
    {
        _zone.Silent(Key("acme.example", "s1").Name).Silent(Key("other.example", "s1").Name);
        _cli.Variables["Dns__Timeout"] = "00:00:00.5";

        Assert.Equal(0, await DoctorAsync());

        Assert.Equal([("dns-unknown", "info")], Findings());
        Assert.Contains("s1._domainkey.acme.example (and 1 more)", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_FileCannotBeUsed_IsAnErrorAndTheOthersAreLookedUp()
    {
        Key("acme.example", "s1");
        _cli.File("dkim/other.example/s1.pem", "nothing");

        Assert.Equal(1, await DoctorAsync());

        Assert.Equal([("dkim-file", "error"), ("dkim-record", "warning")], Findings());
    }

    [Fact]
    public async Task Doctor_FolderIsMissing_IsAnError()
    {
        _cli.Variables["Smtp__Dkim__Path"] = Path.Combine(_folder, "nowhere");

        Assert.Equal(1, await DoctorAsync());

        Assert.Equal([("dkim-file", "error")], Findings());
    }

    [Fact]
    public async Task Doctor_ForPeople_IsInTheTable()
    {
        Key("acme.example", "s1");

        Assert.Equal(1, await DoctorAsync(json: false));

        Assert.Contains("dkim-record", _cli.Out, StringComparison.Ordinal);
    }

    private static string Base64(DkimRecord record) => record.Value[(record.Value.IndexOf("p=", StringComparison.Ordinal) + 2)..];

    private DkimRecord Key(string domain, string selector)
    {
        var store = new DkimKeyStore(_folder);
        store.Create(domain, selector, 2048, out _);
        return store.Use(domain, selector, TimeProvider.System, out _)!.Record!;
    }

    private async Task<int> DoctorAsync(bool json = true)
    {
        _dns = new DnsSimulator(new ZoneResponder(_zone), TimeProvider.System);
        await _dns.StartAsync();
        return await _cli.RunAsync(["doctor", $"--Dns:Servers={_dns.Endpoint}", .. json ? ["--json"] : Array.Empty<string>()]);
    }

    private List<(string? Code, string? Severity)> Findings() => [.. _cli.Lines.Select(line => JsonDocument.Parse(line).RootElement)
        .Where(line => line.GetProperty("kind").GetString() == "finding")
        .Select(line => (line.GetProperty("code").GetString(), line.GetProperty("severity").GetString()))];
}
