using System.Text.Json;
using Dispatcher.Core.Tenants;
using Dispatcher.Simulators.Dns;
using Dispatcher.Smtp.Dkim;

namespace Dispatcher.Worker.Tests.Commands;

/// <summary><c>doctor --tenant</c> and the warnings of <c>tenants apply</c>, against a name server.</summary>
public sealed class TenantDoctorTests : IAsyncDisposable
{
    private readonly TestCli _cli = new() { Variables = { ["Checks__SendingAddresses"] = "192.0.2.1", ["Smtp__From"] = "reviews@ours.example", ["Dns__Timeout"] = "00:00:05" } };
    private readonly DnsZone _zone = new DnsZone().Mx("ours.example", 10, "mx.ours.example").A("mx.ours.example", "192.0.2.9").Txt("ours.example", "v=spf1 ip4:192.0.2.1 -all");
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
    public async Task Doctor_EverythingPublished_IsFine()
    {
        var record = Key("acme.example");
        Mail("acme.example").Txt("acme.example", "v=spf1 ip4:192.0.2.1 -all").Txt("_dmarc.acme.example", "v=DMARC1; p=reject; adkim=s")
            .Txt(record.Name, record.Value.Replace("p=", "p= ", StringComparison.Ordinal));
        Tenant(new() { Email = "reviews@acme.example" });

        Assert.Equal(0, await DoctorAsync());

        Assert.Empty(Findings());
        var dmarc = Line("dmarc");
        Assert.Equal(("reject", true, true, false), (
            dmarc.GetProperty("policy").GetString(), dmarc.GetProperty("passes").GetBoolean(), dmarc.GetProperty("dkimAligned").GetBoolean(), dmarc.GetProperty("spfAligned").GetBoolean()));
        Assert.Equal("published", Line("dkim").GetProperty("state").GetString());
    }

    [Fact]
    public async Task Doctor_BounceDomainBelowTheSenders_PassesDmarcWithoutAKey()
    {
        Mail("acme.example").Txt("acme.example", "v=spf1 ip4:192.0.2.1 -all").Txt("_dmarc.acme.example", "v=DMARC1;p=quarantine");
        _zone.Cname("b.acme.example", "ours.example");
        Tenant(new() { Email = "reviews@acme.example", BounceDomain = "b.acme.example" });

        Assert.Equal(0, await DoctorAsync());

        Assert.Equal(["dkim-off"], Findings());
        Assert.True(Line("dmarc").GetProperty("passes").GetBoolean());
    }

    [Theory]
    [InlineData("v=DMARC1; p=reject", 1)]
    [InlineData("v=DMARC1; p=quarantine", 1)]
    [InlineData("v=DMARC1; p=none", 0)]
    public async Task Doctor_NothingAligns_SaysThatDmarcFails(string record, int code)
    {
        Mail("acme.example").Txt("acme.example", "v=spf1 ip4:192.0.2.1 -all").Txt("_dmarc.acme.example", record);
        Tenant(new() { Email = "reviews@acme.example" });

        Assert.Equal(code, await DoctorAsync());

        Assert.Contains("dmarc-fails", Findings());
        Assert.Contains("sender.bounceDomain", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_PolicyOfTheDomainAbove_CountsForBelow()
    {
        Mail("mail.acme.example").Txt("mail.acme.example", "v=spf1 ip4:192.0.2.1 -all").Txt("_dmarc.acme.example", "v=DMARC1; p=none; sp=reject");
        Tenant(new() { Email = "reviews@mail.acme.example" });

        Assert.Equal(1, await DoctorAsync());

        Assert.Equal(("acme.example", "reject"), (Line("dmarc").GetProperty("domain").GetString(), Line("dmarc").GetProperty("policy").GetString()));
    }

    [Theory]
    [InlineData("v=DKIM1; k=rsa; p=AAAA", "different")]
    [InlineData("v=DKIM1; p=", "revoked")]
    [InlineData("v=spf1 -all", "unusable")]
    [InlineData(null, "missing")]
    public async Task Doctor_KeyIsNotWhatIsPublished_SaysWhatToPublish(string? published, string state)
    {
        var record = Key("acme.example");
        Mail("acme.example").Txt("acme.example", "v=spf1 ip4:192.0.2.1 -all").Txt("_dmarc.acme.example", "v=DMARC1; p=reject");
        if (published is not null)
        {
            _zone.Txt(record.Name, published);
        }

        Tenant(new() { Email = "reviews@acme.example" });

        Assert.Equal(1, await DoctorAsync());

        Assert.Equal(state, Line("dkim").GetProperty("state").GetString());
        Assert.Equal(["dkim-record", "dmarc-fails"], Findings());
        Assert.Contains("IN TXT", _cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("k=rsa", "k=rsa; h=sha1", 1, "dkim-record,dmarc-fails")]
    [InlineData("k=rsa", "k=rsa; t=y", 1, "dkim-testing")]
    [InlineData("k=rsa", "t=s; n=ours", 0, "")]
    public async Task Doctor_OurKeyWithOtherTags_SaysWhatVerifiersMakeOfThem(string tags, string published, int code, string findings)
    {
        var record = Key("acme.example");
        Mail("acme.example").Txt("acme.example", "v=spf1 ip4:192.0.2.1 -all").Txt("_dmarc.acme.example", "v=DMARC1; p=reject")
            .Txt(record.Name, record.Value.Replace(tags, published, StringComparison.Ordinal));
        Tenant(new() { Email = "reviews@acme.example" });

        Assert.Equal(code, await DoctorAsync());

        Assert.Equal(findings, string.Join(',', Findings()));
    }

    [Theory]
    [InlineData("null", "sender-domain")]
    [InlineData("none", "sender-domain")]
    [InlineData("spf", "sender-spf")]
    [InlineData("two-dmarc", "dmarc-broken")]
    [InlineData("bad-dmarc", "dmarc-broken")]
    public async Task Doctor_OneThingBroken_IsFound(string what, string code)
    {
        if (what != "none")
        {
            _zone.Txt("acme.example", what == "spf" ? "v=spf1 -all" : "v=spf1 ip4:192.0.2.1 -all").Txt("_dmarc.acme.example", what == "bad-dmarc" ? "v=DMARC1; p=maybe" : "v=DMARC1; p=none");
            (what == "null" ? _zone.Mx("acme.example", 0, "") : Mail("acme.example")).Txt("x.example", "x");
        }

        if (what == "two-dmarc")
        {
            _zone.Txt("_dmarc.acme.example", "v=DMARC1; p=reject");
        }

        Tenant(new() { Email = "reviews@acme.example" });

        Assert.Equal(1, await DoctorAsync());

        Assert.Contains(code, Findings());
    }

    [Fact]
    public async Task Doctor_TenantWithoutSettings_IsAboutTheProductsSender()
    {
        Assert.Equal(0, await DoctorAsync());

        Assert.Equal("ours.example", Line("sender").GetProperty("domain").GetString());
        Assert.Contains("product-sender", Findings());
    }

    [Fact]
    public async Task Doctor_ForPeople_IsATable()
    {
        await StartAsync();

        Assert.Equal(0, await _cli.RunAsync("doctor", "--tenant", "acme"));

        Assert.Contains("MX mx.ours.example", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("our mail passes DMARC", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_DnsIsSilent_IsThree()
    {
        foreach (var (name, type) in new[] { ("ours.example", DnsType.Mx), ("ours.example", DnsType.Txt), ("_dmarc.ours.example", DnsType.Txt) })
        {
            _zone.Silent(name, type);
        }

        Assert.Equal(3, await DoctorAsync());
    }

    [Theory]
    [InlineData("doctor --tenant ACME")]
    [InlineData("doctor --tenant acme --repair")]
    public async Task Doctor_WrongUse_IsTwo(string line) => Assert.Equal(2, await _cli.RunAsync(line.Split(' ')));

    [Fact]
    public async Task Apply_MailThatDmarcWouldRefuse_IsAppliedWithAWarning()
    {
        Mail("acme.example").Txt("_dmarc.acme.example", "v=DMARC1; p=reject");
        await StartAsync();

        Assert.Equal(0, await _cli.RunAsync("tenants", "apply", "-f", _cli.File("acme.yaml", "tenant: acme\nsender: {email: reviews@acme.example}\n")));

        Assert.Contains("tenant/acme created", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("warning: tenant/acme: our mail fails DMARC of acme.example, whose policy is reject", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_DnsIsSilent_SaysNothing()
    {
        _cli.Variables["Dns__Servers"] = "127.0.0.1:1";
        _cli.Variables["Dns__Timeout"] = "00:00:01";

        Assert.Equal(0, await _cli.RunAsync("tenants", "apply", "-f", _cli.File("acme.yaml", "tenant: acme\nsender: {email: reviews@acme.example}\n")));

        Assert.Empty(_cli.Error);
    }

    [Fact]
    public async Task Apply_SettingsThatStopEverything_AreWarnedOf()
    {
        var file = _cli.File("acme.yaml", "tenant: acme\nplan: free\nmonthlyLimit: 0\nblocked: true\nkickstart: {until: 2020-01-01, max: 5}\n");

        Assert.Equal(0, await _cli.RunAsync("tenants", "apply", "-f", file));

        Assert.Equal(3, _cli.Error.Split("warning: tenant/acme: ").Length - 1);
    }

    private DnsZone Mail(string domain) => _zone.Mx(domain, 10, $"mx.{domain}").A($"mx.{domain}", "192.0.2.9");

    private void Tenant(SenderSettings sender) => _cli.Tenants.Tenants["acme"] = TenantSettings.Default("acme") with { Sender = sender };

    private DkimRecord Key(string domain)
    {
        var folder = Path.GetDirectoryName(_cli.File("dkim/.keep", ""))!;
        _cli.Variables["Smtp__Dkim__Path"] = folder;
        var store = new DkimKeyStore(folder);
        store.Create(domain, "s1", 2048, out _);
        return store.Use(domain, "s1", TimeProvider.System, out _)!.Record!;
    }

    private async Task StartAsync()
    {
        _dns = new DnsSimulator(new ZoneResponder(_zone), TimeProvider.System);
        await _dns.StartAsync();
        _cli.Variables["Dns__Servers"] = _dns.Endpoint.ToString();
    }

    private async Task<int> DoctorAsync()
    {
        await StartAsync();
        return await _cli.RunAsync("doctor", "--tenant", "acme", "--json");
    }

    private JsonElement Line(string kind) => _cli.Lines.Select(line => JsonDocument.Parse(line).RootElement).First(line => line.GetProperty("kind").GetString() == kind);

    private string[] Findings() =>
        [.. _cli.Lines.Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.GetProperty("kind").GetString() == "finding").Select(line => line.GetProperty("code").GetString()!)];
}
