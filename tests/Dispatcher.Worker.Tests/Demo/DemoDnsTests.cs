using System.Net;
using Dispatcher.Core.Spf;
using Dispatcher.Simulators.Dns;
using Dispatcher.Worker.Demo;
using Dispatcher.Worker.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Worker.Tests.Demo;

public sealed class DemoDnsTests
{
    [Theory]
    [InlineData("reviews@store.example", SpfResult.Pass)]
    [InlineData("reviews@old-store.example", SpfResult.Fail)]
    [InlineData("reviews@other.example", SpfResult.None)]
    public async Task CheckHost_ByTheDemosNameServer_IsDecidedAsTheSamplesSay(string sender, SpfResult expected)
    {
        await using var dns = new DnsSimulator(DemoDns.Create(), TimeProvider.System);
        await dns.StartAsync();
        var settings = DemoSettings.Of("samples", 25, dns.Endpoint.ToString(), 0);
        using var cli = new TestCli();
        await using var services = CommandServices.Build(
            cli.Environment(TextWriter.Null, TextWriter.Null), new ConfigurationBuilder().AddInMemoryCollection(settings).Build());

        var request = new SpfRequest(IPAddress.Parse(settings["Checks:SendingAddresses"]!), sender, settings["Smtp:EhloName"]!);
        var verdict = await services.GetRequiredService<ISpfEvaluator>().CheckHostAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, verdict.Result);
    }
}
