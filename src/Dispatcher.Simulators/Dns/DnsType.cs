namespace Dispatcher.Simulators.Dns;

/// <summary>Types of records, by their numbers.</summary>
public enum DnsType
{
    None = 0,
    A = 1,
    Cname = 5,
    Soa = 6,
    Ptr = 12,
    Mx = 15,
    Txt = 16,
    Aaaa = 28,

    /// <summary>The type that SPF once had (RFC 4408); nobody should ask for it.</summary>
    Spf = 99,
}
