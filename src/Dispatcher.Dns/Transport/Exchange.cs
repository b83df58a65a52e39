using Dispatcher.Core.Dns;
using Dispatcher.Dns.Wire;

namespace Dispatcher.Dns.Transport;

/// <summary>What one try with one server came to: a response, or why there is none.</summary>
internal readonly record struct Exchange(DnsResponse? Response, DnsFailure Failure)
{
    public static Exchange Of(DnsResponse? response) => response is null ? new(null, DnsFailure.Malformed) : new(response, DnsFailure.None);
}
