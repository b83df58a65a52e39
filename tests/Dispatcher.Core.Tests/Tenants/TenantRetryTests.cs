using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Tests.Tenants;

public class TenantRetryTests
{
    [Fact]
    public void ReadJson_Retry_IsReadAndWrittenBack()
    {
        var read = TenantSettingsReader.ReadJson("""{"tenant":"acme","retry":{"schedule":["10m","1h"],"maxAge":"2d"}}""");
        var tenant = Assert.Single(read.Tenants);

        Assert.Equal([TimeSpan.FromMinutes(10), TimeSpan.FromHours(1)], tenant.Retry!.Schedule);
        Assert.Equal(TimeSpan.FromDays(2), tenant.Retry.MaxAge);

        var again = Assert.Single(TenantSettingsReader.ReadJson(TenantSettingsWriter.Write(tenant)).Tenants);
        Assert.Equal(tenant.Retry.Schedule, again.Retry!.Schedule);
        Assert.Equal(tenant.Retry.MaxAge, again.Retry.MaxAge);
    }

    [Theory]
    [InlineData("""{"schedule":["1h","10m"]}""", "schedule[1]")]
    [InlineData("""{"schedule":["8d"]}""", "schedule[0]")]
    [InlineData("""{"schedule":["soon"]}""", "schedule[0]")]
    [InlineData("""{"maxAge":"31d"}""", "maxAge")]
    [InlineData("{}", "retry")]
    [InlineData("""{"maxAge":"1d","max":1}""", "max")]
    public void ReadJson_BrokenRetry_NamesTheKey(string retry, string key)
    {
        var read = TenantSettingsReader.ReadJson($$"""{"tenant":"acme","retry":{{retry}}}""");

        Assert.Contains(read.Problems, problem => problem.Contains(key, StringComparison.Ordinal));
    }
}
