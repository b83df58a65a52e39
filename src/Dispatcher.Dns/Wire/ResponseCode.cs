namespace Dispatcher.Dns.Wire;

/// <summary>RCODE (RFC 1035 section 4.1.1).</summary>
internal enum ResponseCode
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NoSuchDomain = 3,
    NotImplemented = 4,
    Refused = 5,
}
