using Dispatcher.Simulators.Dns;

namespace Dispatcher.EndToEnd.Tests;

public sealed class SpfTests
{
    private const int Domains = 1000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Run_ThousandSenderDomainsAndSlowDns_EachIsAskedOnceAndDecidesItsOwn()
    {
        var zone = new DnsZone();
        for (var i = 0; i < Domains; i++)
        {
            zone.Txt($"d{i}.example", i % 10 == 0 ? "v=spf1 ip4:198.51.100.1 -all" : "v=spf1 include:spf.ours.example -all");
        }

        zone.Txt("spf.ours.example", "v=spf1 ip4:192.0.2.1 -all");
        await using var dns = new DnsSimulator(new ZoneResponder(zone), TimeProvider.System) { Latency = TimeSpan.FromMilliseconds(50) };
        await dns.StartAsync();
        await using var site = await Site.StartAsync(
            "no", ("Dns__Servers", $"{dns.Endpoint}"), ("Checks__SendingAddresses", "192.0.2.1"), ("Checks__SpfInclude", "spf.ours.example"));
        await site.AddWorkerAsync();

        await site.ProduceAsync(0, 10 * Domains, tenants: 50, sender: i => $"reviews@d{i % Domains}.example");
        var counts = await site.FinishedAsync(10 * Domains, Patience);

        Assert.Equal(9 * Domains, counts["delivered"]);
        Assert.Equal(Domains, counts["spf-error"]);
        Assert.Equal(0, site.Repeats);
        Assert.Equal(1, dns.Asked("d1.example", DnsType.Txt));
        Assert.Equal(1, dns.Asked("spf.ours.example", DnsType.Txt));
        var refused = await site.RecordAsync("t0", "n0");
        Assert.Contains("v=spf1 include:spf.ours.example ip4:198.51.100.1 -all", refused!.Detail, StringComparison.Ordinal);
    }
}
