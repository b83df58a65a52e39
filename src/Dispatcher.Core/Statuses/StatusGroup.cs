namespace Dispatcher.Core.Statuses;

/// <summary>The tables of the specification, section 2.</summary>
public enum StatusGroup
{
    /// <summary>No group: a bug.</summary>
    Unset = 0,

    OnTheWay,

    Delivered,

    /// <summary>Not delivered: the tenant's configuration, plan or doing.</summary>
    Tenant,

    /// <summary>Not delivered: the recipient's address or server.</summary>
    Recipient,
}
