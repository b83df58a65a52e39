using Dispatcher.Core.Json;
using Dispatcher.Core.Tenants;
using Dispatcher.Worker.Files;

namespace Dispatcher.Worker.Tests.Files;

public sealed class SettingsFileTests
{
    [Fact]
    public void Read_TheContractsExample_FillsTheTenant()
    {
        var result = Read("""
            tenant: acme
            displayName: Acme AB
            plan: standard            # a comment
            addOns: [customTemplates, customSender, productReviews]
            monthlyLimit: 2000
            timeZone: Europe/Stockholm
            rate: { perSecond: 50, burst: 100 }
            weight: 1
            frequency: { days: 30 }
            kickstart: { until: 2026-12-31, max: 1000 }
            reminders: true
            uncertain: resend
            sender: { name: Acme, email: reviews@acme.example }
            blocked: false
            """);

        Assert.Empty(result.Problems);
        var tenant = Assert.Single(result.Items);
        Assert.Equal(("acme", Plan.Standard, new TenantRate(50, 100)), (tenant.Tenant, tenant.Plan, tenant.Rate));
        Assert.Equal(new DateOnly(2026, 12, 31), tenant.Kickstart!.Until);
    }

    [Theory]
    [InlineData("tenant: a\n---\ntenant: b\n")]
    [InlineData("- tenant: a\n- tenant: b\n")]
    [InlineData("tenants:\n- tenant: a\n- tenant: b\n")]
    [InlineData("- tenant: a\n---\ntenant: b\n---\n")]
    [InlineData("tenants: [{tenant: a}]\n---\ntenant: b\n")]
    [InlineData("""[{"tenant":"a"},{"tenant":"b"}]""")]
    [InlineData("- &one {tenant: a, weight: 2}\n- {tenant: b}\n")]
    public void Read_SeveralTenants_InAnyForm(string text)
    {
        var result = Read(text);

        Assert.Empty(result.Problems);
        Assert.Equal(["a", "b"], result.Items.Select(tenant => tenant.Tenant));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("[]")]
    public void Read_Nothing_IsNoTenantAndNoProblem(string text)
    {
        var result = Read(text);

        Assert.True(result.Ok);
        Assert.Empty(result.Items);
    }

    [Theory]
    [InlineData("tenant: acme\nweight: heavy\n", "weight: ")]
    [InlineData("- tenant: a\n- tenant: b\n  rate: {perSecond: -1}\n", "tenants[1].rate.perSecond: ")]
    [InlineData("tenant: acme\nreminders: yes\n", "reminders: ")]
    [InlineData("tenant: acme\ndisplayName: 2026\n", "displayName: ")]
    [InlineData("tenant: acme\nwieght: 1\n", "wieght: ")]
    [InlineData("tenant: acme\n  weight: 1\n", "line 2")]
    [InlineData("tenant: acme\ntenant: b\n", "line 2")]
    [InlineData("tenant: [acme\n", "line ")]
    [InlineData("? [a]\n: b\n", "line 1")]
    [InlineData("just text", "must be a tenant")]
    public void Read_Mistake_SaysWhere(string text, string where)
    {
        var result = Read(text);

        Assert.Empty(result.Items);
        Assert.Contains(result.Problems, problem => problem.StartsWith(where, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_QuotedScalar_IsText() => Assert.Equal("2026", Read("tenant: acme\ndisplayName: '2026'\n").Items[0].DisplayName);

    [Fact]
    public void Read_AliasesThatUnfold_AreBounded()
    {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 12).Select(level =>
            $"a{level}: &a{level} [{string.Join(',', Enumerable.Repeat($"*a{level - 1}", 10))}]\n"));

        Assert.Contains("too", Assert.Single(Read(text).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_DeepNesting_IsAProblem() =>
        Assert.NotEmpty(Read("a: " + new string('[', 200) + new string(']', 200)).Problems);

    [Fact]
    public void Read_DestinationGroups_ByTheSameRules()
    {
        var result = SettingsFile.Read(
            "destinations:\n- group: gmail\n  domains: [gmail.com, \"*.gmail.example\"]\n---\ngroup: other\ndomains: [a.example]\n",
            SettingsFormat.Destinations);

        Assert.Empty(result.Problems);
        Assert.Equal(["gmail", "other"], result.Items.Select(group => group.Group));
    }

    [Fact]
    public void Read_WildcardWithoutQuotes_SaysToQuoteIt() => Assert.Contains(
        "put quotes around",
        Assert.Single(SettingsFile.Read("group: g\ndomains: [*.a.example]\n", SettingsFormat.Destinations).Problems),
        StringComparison.Ordinal);

    private static ReadResult<TenantSettings> Read(string text) => SettingsFile.Read(text, SettingsFormat.Tenants);
}
