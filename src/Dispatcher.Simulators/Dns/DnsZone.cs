using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Dispatcher.Simulators.Dns;

/// <summary>What a <see cref="DnsSimulator"/> knows. Fill it before the simulator starts.</summary>
public sealed class DnsZone
{
    private readonly Dictionary<string, List<(DnsType Type, byte[] Data)>> _records = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<(string, DnsType)> _silent = [];

    /// <summary>Seconds that answers hold. Default 300.</summary>
    public uint TimeToLive { get; init; } = 300;

    /// <summary>Seconds that "there is none" holds. Default 60.</summary>
    public uint NegativeTimeToLive { get; init; } = 60;

    public DnsZone A(string name, string address) => Add(name, DnsType.A, IPAddress.Parse(address).GetAddressBytes());

    public DnsZone Aaaa(string name, string address) => Add(name, DnsType.Aaaa, IPAddress.Parse(address).GetAddressBytes());

    public DnsZone Cname(string name, string target) => Add(name, DnsType.Cname, Name(target));

    public DnsZone Ptr(string name, string target) => Add(name, DnsType.Ptr, Name(target));

    public DnsZone Mx(string name, ushort preference, string exchange)
    {
        var data = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(data, preference);
        return Add(name, DnsType.Mx, [.. data, .. Name(exchange)]);
    }

    /// <summary>Strings longer than 255 octets become several.</summary>
    public DnsZone Txt(string name, params IEnumerable<string> strings) => Add(name, DnsType.Txt, Strings(strings));

    public DnsZone Spf(string name, params IEnumerable<string> strings) => Add(name, DnsType.Spf, Strings(strings));

    public DnsZone Add(string name, DnsType type, byte[] data)
    {
        var key = name.TrimEnd('.');
        if (!_records.TryGetValue(key, out var records))
        {
            _records[key] = records = [];
        }

        records.Add((type, data));
        return this;
    }

    /// <summary>Queries of this type are never answered; <see cref="DnsType.None"/>: of no type that has no records.</summary>
    public DnsZone Silent(string name, DnsType type = DnsType.None)
    {
        _silent.Add((name.TrimEnd('.').ToLowerInvariant(), type));
        return this;
    }

    internal bool IsSilent(string name, DnsType type)
    {
        var key = name.ToLowerInvariant();
        return _silent.Contains((key, type)) || (_silent.Contains((key, DnsType.None)) && !Find(name, type).Any());
    }

    /// <summary>True when the name, or one below it, has records.</summary>
    internal bool Exists(string name) =>
        _records.ContainsKey(name) || _records.Keys.Any(key => key.EndsWith("." + name, StringComparison.OrdinalIgnoreCase));

    internal IEnumerable<byte[]> Find(string name, DnsType type) =>
        _records.TryGetValue(name, out var records) ? records.Where(record => record.Type == type).Select(record => record.Data) : [];

    internal static byte[] Name(string name)
    {
        var wire = new List<byte>();
        foreach (var label in name.TrimEnd('.').Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            wire.Add((byte)label.Length);
            wire.AddRange(Encoding.ASCII.GetBytes(label));
        }

        return [.. wire, 0];
    }

    private static byte[] Strings(IEnumerable<string> strings)
    {
        var wire = new List<byte>();
        foreach (var part in strings.SelectMany(text => text.Length == 0 ? [Array.Empty<char>()] : text.Chunk(255)))
        {
            wire.Add((byte)part.Length);
            wire.AddRange(Encoding.Latin1.GetBytes(part));
        }

        return [.. wire];
    }
}
