using System.Net;
using System.Net.Sockets;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Sending.Routes;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>Looks up the addresses of a mail exchanger. Safe for concurrent calls.</summary>
internal sealed class HostAddresses(IDnsResolver resolver, AddressOrder order)
{
    /// <summary>In the order to try; none without a failure: the host has none that we may use.</summary>
    public async ValueTask<FoundAddresses> FindAsync(MxHost host, CancellationToken cancellation)
    {
        if (host.Address is { } literal)
        {
            return Allows(literal.AddressFamily) ? new([literal], DnsFailure.None, HasOthers: false) : new([], DnsFailure.None, HasOthers: true);
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
            failure = FailureOf(answer) is not DnsFailure.None and var unknown ? unknown : failure;
            var found = answer.Records.ToArray();
            Random.Shared.Shuffle(found);
            addresses.AddRange(found);
        }

        if (addresses.Count > 0 || failure != DnsFailure.None || order is not (AddressOrder.Ipv4Only or AddressOrder.Ipv6Only))
        {
            return new(addresses, addresses.Count > 0 ? DnsFailure.None : failure, HasOthers: false);
        }

        // A host that has addresses of the other family alone is there: it is we who may not go.
        var others = order == AddressOrder.Ipv4Only
            ? await resolver.QueryAaaaAsync(host.Name, cancellation).ConfigureAwait(false)
            : await resolver.QueryAAsync(host.Name, cancellation).ConfigureAwait(false);
        return new([], FailureOf(others), others.Kind == DnsAnswerKind.Found);
    }

    private static DnsFailure FailureOf(DnsAnswer<IPAddress> answer) =>
        answer.Kind == DnsAnswerKind.Failed && answer.Failure != DnsFailure.BadName ? answer.Failure : DnsFailure.None;

    private bool Allows(AddressFamily family) => order switch
    {
        AddressOrder.Ipv4Only => family == AddressFamily.InterNetwork,
        AddressOrder.Ipv6Only => family == AddressFamily.InterNetworkV6,
        _ => true,
    };
}

/// <param name="Failure">Why nobody knows; none while there is an address.</param>
/// <param name="HasOthers">It has addresses, but none of the family to which the route keeps.</param>
internal readonly record struct FoundAddresses(IReadOnlyList<IPAddress> Addresses, DnsFailure Failure, bool HasOthers);
