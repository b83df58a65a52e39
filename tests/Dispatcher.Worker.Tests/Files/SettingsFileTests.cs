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
    [InlineData("tenant: acme\nweight: heavy\n", "line 2, column 1: weight: ")]
    [InlineData("- tenant: a\n- tenant: b\n  rate: {perSecond: -1}\n", "line 3, column 10: tenants[1].rate.perSecond: ")]
    [InlineData("- tenant: a\n---\ntenant: b\nwieght: 1\n", "line 4, column 1: tenants[1].wieght: is not known; did you mean weight?")]
    [InlineData("{\n\t\"tenant\": \"acme\",\n\t\"addOns\": [\n\t\t\"customSender\",\n\t\t\"custom\"\n\t]\n}", "line 5, column 3: addOns[1]: ")]
    [InlineData("tenant: acme\nrate:\n  burst: 5\n", "line 3, column 3: rate.perSecond: is required")]
    [InlineData("tenant: acme\n\nfrequency:\n  {}\n", "line 4, column 3: frequency: needs")]
    [InlineData("tenants:\n- tenant: a\n- 5\n", "line 3, column 3: tenants[1]: must be a tenant")]
    [InlineData("tenant: acme\nsender: &s {email: x}\n---\ntenant: b\n", "line 2, column 13: tenants[0].sender.email: ")]
    [InlineData("tenant: acme\nreminders: yes\n", "line 2, column 1: reminders: ")]
    [InlineData("tenant: acme\ndisplayName: 2026\n", "line 2, column 1: displayName: ")]
    [InlineData("tenant: acme\n  weight: 1\n", "line 2")]
    [InlineData("tenant: acme\ntenant: b\n", "line 2, column 1: the key tenant stands twice (before: line 1, column 1)")]
    [InlineData("tenant: acme\nweight: *w\n", "line 2, column 9: ")]
    [InlineData("tenant: acme\n\0weight: -1\n", "holds a NUL")]
    [InlineData("{\"tenant\": \"\\ud800\"}", "line 1")]
    [InlineData("{\"tenant\": \"acme\", \"\\ud800\": 1}", "line 1")]
    [InlineData("{\"tenant\": \"acme\", \"rate\": {\"perSecond\\udc00\": 1}}", "line 1")]
    [InlineData("tenant: acme\n<<: 5\n", "line 2, column 1: <<: is not known")]
    [InlineData("tenant: \"acme\n", "line ")]
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
    public void Read_ManyMistakes_AreAllReportedInOneGo()
    {
        var result = Read("tenant: A\nweight: 0\nplan: gold\nplan: free\ncolour: red\nsender: {email: x, email: y, name: ''}\naddOns: [sms, 5]\nrate: {}\n");

        Assert.Equal(
            ["line 4", "line 6", "line 1", "line 3", "line 7", "line 7", "line 8", "line 2", "line 6", "line 6", "line 5"],
            result.Problems.Select(problem => problem.Split(',')[0]));
    }

    [Fact]
    public void Read_EndlessMistakes_AreCounted()
    {
        var result = Read(string.Concat(Enumerable.Range(0, 3_000).Select(n => $"- {{tenant: t{n}, weight: x}}\n")));

        Assert.Equal((1_001, "and 2000 more"), (result.Problems.Count, result.Problems[^1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_HostileNesting_IsRefusedAtOnce(bool flow)
    {
        var text = flow ? "a: " + new string('[', 1_000_000) : string.Concat(Enumerable.Repeat("- ", 1_000_000));

        Assert.Contains("nested too deeply", Assert.Single(Read(text).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_KeyOfAMegabyte_IsShownInPart() =>
        Assert.True(Assert.Single(Read($"tenant: acme\n? {new string('k', 1_000_000)}\n: 1\n").Problems).Length < 1_000);

    [Fact]
    public void Read_NotUtf8_IsSaid()
    {
        using var stream = new MemoryStream([.. "tenant: acme\ndisplayName: "u8, 0xC5, 0x0A]);

        var result = SettingsFile.Read(stream, SettingsFormat.Tenants);

        Assert.Contains("UTF-8", Assert.Single(result.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_HugeStream_IsReadNoFurtherThanItMay()
    {
        using var stream = new EndlessStream();

        var result = SettingsFile.Read(stream, SettingsFormat.Tenants);

        Assert.Contains("larger than 64 MB", Assert.Single(result.Problems), StringComparison.Ordinal);
        Assert.InRange(stream.Position, SettingsFile.MaxLength, SettingsFile.MaxLength + (1 << 20));
    }

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

    private sealed class EndlessStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)'a');
            Position += count;
            return count;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }

    private static ReadResult<TenantSettings> Read(string text) => SettingsFile.Read(text, SettingsFormat.Tenants);
}
