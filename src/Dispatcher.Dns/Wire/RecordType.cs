namespace Dispatcher.Dns.Wire;

/// <summary>Types of records that we ask for or meet, with their numbers (IANA "Resource Record (RR) TYPEs").</summary>
internal enum RecordType : ushort
{
    None = 0,
    A = 1,
    Cname = 5,
    Soa = 6,
    Ptr = 12,
    Mx = 15,
    Txt = 16,
    Aaaa = 28,
    Opt = 41,
}
