namespace Dispatcher.Core.Spf;

/// <summary>What <c>check_host()</c> says (RFC 7208 section 2.6). The zero value is no result, which no evaluation gives.</summary>
public enum SpfResult
{
    Unset = 0,

    /// <summary>No domain to ask, or it has no SPF record.</summary>
    None,

    /// <summary>The domain does not say whether the address may send for it.</summary>
    Neutral,

    /// <summary>The address may send for the domain. Nothing else is a pass.</summary>
    Pass,

    /// <summary>The address may not send for the domain.</summary>
    Fail,

    /// <summary>The address probably may not.</summary>
    SoftFail,

    /// <summary>DNS did not answer: ask again later.</summary>
    TempError,

    /// <summary>The record, or one that it includes, is broken.</summary>
    PermError,
}
