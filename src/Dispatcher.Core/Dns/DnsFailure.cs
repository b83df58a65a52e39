namespace Dispatcher.Core.Dns;

/// <summary>Why a look-up failed.</summary>
public enum DnsFailure
{
    None = 0,

    /// <summary>No server answered in time.</summary>
    Timeout,

    /// <summary>The servers answered that they could not find out (SERVFAIL, or a code of its kind).</summary>
    ServerFailure,

    /// <summary>The servers refuse to answer us (REFUSED), or nobody listens there.</summary>
    Refused,

    /// <summary>What came back was no sound DNS message, or its aliases lead nowhere.</summary>
    Malformed,

    /// <summary>The name can't be asked for: an empty label, one over 63 octets, more than 253 in all, or characters beyond ASCII.</summary>
    BadName,
}
