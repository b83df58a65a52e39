using System.Net;
using Dispatcher.Core.Dns;
using Dispatcher.Dns.Wire;

namespace Dispatcher.Dns;

/// <summary>A type of record and how its data is read.</summary>
internal sealed record RecordKind<T>(RecordType Type, RecordKind<T>.Reader Read)
{
    /// <returns>False: the record is malformed.</returns>
    public delegate bool Reader(DnsResponse response, DnsRecord record, out T value);
}

/// <summary>The kinds that a resolver offers.</summary>
internal static class RecordKinds
{
    private const int Octets4 = 4;
    private const int Octets6 = 16;

    public static RecordKind<IPAddress> A { get; } = Of<IPAddress>(RecordType.A, (r, d) => RecordData.Address(r, d, Octets4));

    public static RecordKind<IPAddress> Aaaa { get; } = Of<IPAddress>(RecordType.Aaaa, (r, d) => RecordData.Address(r, d, Octets6));

    public static RecordKind<string> Txt { get; } = Of<string>(RecordType.Txt, RecordData.Text);

    public static RecordKind<string> Ptr { get; } = Of<string>(RecordType.Ptr, RecordData.Name);

    public static RecordKind<string> Cname { get; } = Of<string>(RecordType.Cname, RecordData.Name);

    public static RecordKind<MxRecord> Mx { get; } = OfValue<MxRecord>(RecordType.Mx, RecordData.Mx);

    public static RecordKind<SoaRecord> Soa { get; } = OfValue<SoaRecord>(RecordType.Soa, RecordData.Soa);

    private static RecordKind<T> Of<T>(RecordType type, Func<DnsResponse, DnsRecord, T?> read)
        where T : class => new(type, (DnsResponse response, DnsRecord record, out T value) => (value = read(response, record)!) is not null);

    private static RecordKind<T> OfValue<T>(RecordType type, Func<DnsResponse, DnsRecord, T?> read)
        where T : struct => new(type, (DnsResponse response, DnsRecord record, out T value) =>
        {
            var data = read(response, record);
            value = data.GetValueOrDefault();
            return data.HasValue;
        });
}
