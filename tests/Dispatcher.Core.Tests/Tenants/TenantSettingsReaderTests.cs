using System.Text.Json.Nodes;
using Dispatcher.Core.Tenants;
using FsCheck;
using FsCheck.Fluent;

namespace Dispatcher.Core.Tests.Tenants;

public sealed class TenantSettingsReaderTests
{
    [Fact]
    public void ReadJson_TheContractsExample_FillsEveryKey()
    {
        var result = TenantSettingsReader.ReadJson("""
            {"tenant":"acme","displayName":"Acme AB","domain":"acme.example","plan":"standard","addOns":["customTemplates","customSender"],
             "monthlyLimit":2000,"limitReached":"wait","timeZone":"Europe/Stockholm","region":"SE","rate":{"perSecond":50,"burst":100},"concurrency":200,"weight":1,
             "frequency":{"days":30},"kickstart":{"until":"2026-12-31","max":1000},"reminders":true,"uncertain":"hold",
             "sender":{"name":"Acme","email":"reviews@acme.example","replyTo":"help@acme.example","bounceDomain":"b.acme.example","dkimDomain":"acme.example"},
             "suppression":{"hardBounceDays":365,"complaintDays":3650},"blocked":false}
            """);

        Assert.Empty(result.Problems);
        var tenant = Assert.Single(result.Tenants);
        Assert.Equal(("acme", Plan.Standard, 2000, "SE"), (tenant.Tenant, tenant.Plan, tenant.EffectiveMonthlyLimit, tenant.Region));
        Assert.Equal(LimitReached.Wait, tenant.LimitReached);
        Assert.Equal(new TenantRate(50, 100), tenant.Rate);
        Assert.Equal(new FrequencyRule(30, false), tenant.Frequency);
        Assert.Equal(new KickstartGrant(new DateOnly(2026, 12, 31), 1000), tenant.Kickstart);
        Assert.Equal(UncertainPolicy.Hold, tenant.Uncertain);
        Assert.Equal("b.acme.example", tenant.Sender!.BounceDomain);
        Assert.True(tenant.Includes(AddOn.CustomSender));
        Assert.False(tenant.Includes(AddOn.ProductReviews));
    }

    [Theory]
    [InlineData("""{"tenant":"acme","rate":{"perSecond":0}}""", "rate.perSecond: ")]
    [InlineData("""{"tenant":"acme","rate":{}}""", "rate.perSecond: ")]
    [InlineData("""[{"tenant":"acme"},{"tenant":"b","rate":{"perSecond":"x"}}]""", "tenants[1].rate.perSecond: ")]
    [InlineData("""{"tenants":[{"tenant":"acme","weight":0.001}]}""", "tenants[0].weight: ")]
    [InlineData("""{"tenant":"acme","weight":1001}""", "weight: ")]
    [InlineData("""{"tenant":"acme","concurrency":1.5}""", "concurrency: ")]
    [InlineData("""{"tenant":"Acme"}""", "tenant: ")]
    [InlineData("""{"plan":"free"}""", "tenant: ")]
    [InlineData("""{"tenant":"acme","plan":"gold"}""", "plan: ")]
    [InlineData("""{"tenant":"acme","limitReached":"stop"}""", "limitReached: must be one of end, wait")]
    [InlineData("""{"tenant":"acme","addOns":["sms"]}""", "addOns[0]: ")]
    [InlineData("""{"tenant":"acme","addOns":["customsender"]}""", "addOns[0]: must be one of customTemplates, customSender, productReviews, unlimited; did you mean customSender?")]
    [InlineData("""{"tenant":"acme","plan":"standart"}""", "plan: must be one of unlimited, free, standard; did you mean standard?")]
    [InlineData("""{"tenant":"acme","temporaryDomains":{"deny":["a.example","-"]}}""", "temporaryDomains.deny[1]: ")]
    [InlineData("""{"tenant":"acme","temporaryDomains":{"allow":[1]}}""", "temporaryDomains.allow[0]: ")]
    [InlineData("""{"tenant":"acme","temporaryDomains":{"alow":[]}}""", "temporaryDomains.alow: is not known; did you mean allow?")]
    [InlineData("""{"tenant":"acme","maxReferenceLength":10001}""", "maxReferenceLength: ")]
    [InlineData("""{"tenant":"acme","timeZone":"Europe/Atlantis"}""", "timeZone: ")]
    [InlineData("""{"tenant":"acme","region":"Sweden"}""", "region: ")]
    [InlineData("""{"tenant":"acme","frequency":{}}""", "frequency: ")]
    [InlineData("""{"tenant":"acme","frequency":{"days":1,"once":true}}""", "frequency: ")]
    [InlineData("""{"tenant":"acme","kickstart":{"until":"31/12/2026","max":1}}""", "kickstart.until: ")]
    [InlineData("""{"tenant":"acme","sender":{"email":"nobody"}}""", "sender.email: ")]
    [InlineData("""{"tenant":"acme","sender":{"name":"ceo@bank.example"}}""", "sender.name: ")]
    [InlineData("""{"tenant":"acme","sender":"x"}""", "sender: ")]
    [InlineData("""{"tenant":"acme","blocked":"no"}""", "blocked: ")]
    [InlineData("""{"tenant":"acme","domain":5}""", "domain: ")]
    [InlineData("""[1]""", "tenants[0]: ")]
    [InlineData("""[{"tenant":"a"},{"tenant":"a"}]""", "tenants: ")]
    public void ReadJson_Mistake_NamesItsPath(string json, string path)
    {
        var result = TenantSettingsReader.ReadJson(json);

        Assert.Empty(result.Tenants);
        Assert.Contains(result.Problems, problem => problem.StartsWith(path, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"tenant":"acme","wieght":1}""", "wieght: is not known; did you mean weight?")]
    [InlineData("""{"tenant":"acme","rate":{"per_second":1,"perSecond":1}}""", "rate.per_second: is not known; did you mean perSecond?")]
    public void ReadJson_UnknownKey_SuggestsTheNearest(string json, string problem) =>
        Assert.Equal([problem], TenantSettingsReader.ReadJson(json).Problems);

    [Fact]
    public void ReadJson_SeveralMistakes_ReportsThemTogether() => Assert.Equal(
        4, TenantSettingsReader.ReadJson("""{"tenant":"A","weight":0,"region":"x","colour":1}""").Problems.Count);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("5")]
    [InlineData("""{"tenant":"a","tenant":"b"}""")]
    public void ReadJson_NoSettings_IsAProblem(string json) => Assert.NotEmpty(TenantSettingsReader.ReadJson(json).Problems);

    [Fact]
    public void Read_OnlyTheName_HasTheDefaults() => Assert.Equal(
        TenantSettings.Default("acme") with { AddOns = [] },
        Assert.Single(TenantSettingsReader.Read(JsonNode.Parse("""{"tenant":"acme"}""")).Tenants) with { AddOns = [] });

    [Fact]
    public void Write_AnySettings_AreReadBackTheSame() => Prop.ForAll(Settings(), settings =>
    {
        var result = TenantSettingsReader.ReadJson(TenantSettingsWriter.Write(settings));

        Assert.Empty(result.Problems);
        Assert.Equal(settings.AddOns, result.Tenants[0].AddOns);
        Assert.Equal(settings, result.Tenants[0] with { AddOns = settings.AddOns });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void WriteDifferences_AnySettings_AreReadBackWithTheName() => Prop.ForAll(Settings(), settings =>
    {
        var stored = JsonNode.Parse(TenantSettingsWriter.WriteDifferences(settings))!.AsObject();
        stored["tenant"] = settings.Tenant;

        var result = TenantSettingsReader.Read(stored);

        Assert.Empty(result.Problems);
        Assert.Equal(settings, result.Tenants[0] with { AddOns = settings.AddOns });
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void WriteDifferences_Defaults_AreNothing() =>
        Assert.Equal("{}", TenantSettingsWriter.WriteDifferences(TenantSettings.Default("acme")));

    private static Arbitrary<TenantSettings> Settings() => (
        from name in Gen.Elements(null, "Acme", "Åke & \"Söner\"", "<b>")
        from plan in Gen.Elements(Enum.GetValues<Plan>())
        from limit in Gen.Elements<int?>(null, 0, 7)
        from zone in Gen.Elements("UTC", "Europe/Stockholm", "America/New_York")
        from rate in Gen.Choose(0, 1_000)
        from weight in Gen.Choose(1, 100_000)
        from days in Gen.Choose(-1, 30)
        from flags in Gen.Choose(0, 7)
        select new TenantSettings
        {
            Tenant = "acme",
            DisplayName = name,
            Plan = plan,
            AddOns = (flags & 1) != 0 ? [AddOn.CustomSender, AddOn.ProductReviews] : [],
            MonthlyLimit = limit,
            LimitReached = (flags & 4) != 0 ? LimitReached.Wait : LimitReached.End,
            TimeZone = zone,
            Region = (flags & 2) != 0 ? "DE" : null,
            Rate = rate == 0 ? null : new(rate / 10d, rate),
            Weight = weight / 100d,
            Frequency = days < 0 ? new(null, true) : days == 0 ? null : new(days, false),
            Kickstart = (flags & 4) != 0 ? new(new DateOnly(2026, 1, 1).AddDays(rate), rate) : null,
            Sender = name is null ? null : new() { Name = name, Email = "a@b.example" },
            Uncertain = (flags & 1) != 0 ? UncertainPolicy.Hold : UncertainPolicy.Resend,
            TemporaryDomains = (flags & 1) != 0 ? new(["a.example"], ["b.example", "c.example"]) : null,
            MaxReferenceLength = days < 0 ? 100 : null,
            Blocked = (flags & 2) != 0,
        }).ToArbitrary();
}
