namespace Dispatcher.Core.Dns;

/// <summary>What receivers are asked to do.</summary>
public enum DmarcAction
{
    /// <summary>Never published: a record without a policy is broken.</summary>
    Unset = 0,

    None,

    Quarantine,

    Reject,
}
