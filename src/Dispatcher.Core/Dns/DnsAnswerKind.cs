namespace Dispatcher.Core.Dns;

/// <summary>What a look-up came to. The zero value is no answer at all, which no resolver gives.</summary>
public enum DnsAnswerKind
{
    Unset = 0,

    /// <summary>At least one record.</summary>
    Found,

    /// <summary>The name exists without records of this type (RFC 2308 section 2.2).</summary>
    NoData,

    /// <summary>The name does not exist (NXDOMAIN, RFC 2308 section 2.1).</summary>
    NoSuchDomain,

    /// <summary>Nobody knows: see <see cref="DnsAnswer{T}.Failure"/>.</summary>
    Failed,
}
