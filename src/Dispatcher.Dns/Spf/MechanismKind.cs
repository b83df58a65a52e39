namespace Dispatcher.Dns.Spf;

/// <summary>The mechanisms (RFC 7208 section 5).</summary>
internal enum MechanismKind
{
    None = 0,
    All,
    Include,
    A,
    Mx,
    Ptr,
    Ip4,
    Ip6,
    Exists,
}
