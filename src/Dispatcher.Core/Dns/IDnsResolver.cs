using System.Net;

namespace Dispatcher.Core.Dns;

/// <summary>
/// Looks names up. Safe for concurrent calls; an answer that is still held completes at once. Names are absolute, with or without their last
/// dot, in ASCII (international ones as A-labels); aliases are followed. Nothing that a peer does is thrown: see <see cref="DnsAnswer{T}"/>.
/// </summary>
/// <exception cref="OperationCanceledException">Of every method: only when its token fired. The look-up itself goes on for others.</exception>
public interface IDnsResolver
{
    /// <summary>IPv4 addresses (RFC 1035 section 3.4.1).</summary>
    ValueTask<DnsAnswer<IPAddress>> QueryAAsync(string name, CancellationToken cancellationToken);

    /// <summary>IPv6 addresses (RFC 3596).</summary>
    ValueTask<DnsAnswer<IPAddress>> QueryAaaaAsync(string name, CancellationToken cancellationToken);

    /// <summary>Mail exchangers, in no order. A null MX is one record with an empty exchange.</summary>
    ValueTask<DnsAnswer<MxRecord>> QueryMxAsync(string name, CancellationToken cancellationToken);

    /// <summary>Texts: the strings of a record joined without anything between (RFC 7208 section 3.3), an octet a character.</summary>
    ValueTask<DnsAnswer<string>> QueryTxtAsync(string name, CancellationToken cancellationToken);

    /// <summary>Names that an address points to, by way of <c>in-addr.arpa</c> or <c>ip6.arpa</c>.</summary>
    ValueTask<DnsAnswer<string>> QueryPtrAsync(IPAddress address, CancellationToken cancellationToken);

    /// <summary>The alias of this name itself, not followed.</summary>
    ValueTask<DnsAnswer<string>> QueryCnameAsync(string name, CancellationToken cancellationToken);

    /// <summary>The zone that begins at this name.</summary>
    ValueTask<DnsAnswer<SoaRecord>> QuerySoaAsync(string name, CancellationToken cancellationToken);
}
