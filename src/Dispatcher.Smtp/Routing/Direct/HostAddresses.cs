using System.Net;
using System.Net.Sockets;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Sending.Routes;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>Looks up the addresses of a mail exchanger. Safe for concurrent calls.</summary>
internal sealed class HostAddresses(IDnsResolver resolver, AddressOrder order)
{
    /// <summary>In the order to try; empty without a failure: the host has none that we may use.</summary>
    public async ValueTask<(IReadOnlyList<IPAddress> Addresses, DnsFailure Failure)> FindAsync(MxHost host, CancellationToken cancellation)
    {
        if (host.Address is { } literal)
        {
            return (Allows(literal.AddressFamily) ? [literal] : [], DnsFailure.None);
        }

        // Both at once: one may be slow.
        var v4 = order == AddressOrder.Ipv6Only ? null : resolver.QueryAAsync(host.Name, cancellation).AsTask();
        var v6 = order == AddressOrder.Ipv4Only ? null : resolver.QueryAaaaAsync(host.Name, cancellation).AsTask();
        var both = order == AddressOrder.Ipv6First ? new[] { v6, v4 } : [v4, v6];
        var addresses = new List<IPAddress>();
        var failure = DnsFailure.None;
        foreach (var look in both.OfType<Task<DnsAnswer<IPAddress>>>())
        {
            var answer = await look.ConfigureAwait(false);
            failure = answer.Kind == DnsAnswerKind.Failed && answer.Failure != DnsFailure.BadName ? answer.Failure : failure;
            var found = answer.Records.ToArray();
            Random.Shared.Shuffle(found);
            addresses.AddRange(found);
        }

        return (addresses, addresses.Count > 0 ? DnsFailure.None : failure);
    }

    private bool Allows(AddressFamily family) => order switch
    {
        AddressOrder.Ipv4Only => family == AddressFamily.InterNetwork,
        AddressOrder.Ipv6Only => family == AddressFamily.InterNetworkV6,
        _ => true,
    };
}
