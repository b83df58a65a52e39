using Dispatcher.Simulators.Dns;

namespace Dispatcher.Worker.Demo;

/// <summary>What the demo's name server knows: two sender domains, of which one lets us send for it and one does not.</summary>
internal static class DemoDns
{
    /// <summary>An address of documentation (RFC 5737): what the demo says that its mail leaves from.</summary>
    public const string SendingAddress = "192.0.2.1";

    public static ZoneResponder Create() => new(new DnsZone()
        .Txt("store.example", $"v=spf1 ip4:{SendingAddress} -all")
        .Txt("old-store.example", "v=spf1 ip4:198.51.100.1 -all"));
}
