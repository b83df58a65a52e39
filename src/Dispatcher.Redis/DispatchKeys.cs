using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>Keys that belong to no lane.</summary>
public static class DispatchKeys
{
    /// <summary>Stream: the public door.</summary>
    public static readonly RedisKey Intake = "dispatch:intake";

    /// <summary>Stream: what the door could not accept.</summary>
    public static readonly RedisKey Rejected = "dispatch:rejected";

    /// <summary>Hash: settings by tenant; field <c>#rev</c> counts changes.</summary>
    public static readonly RedisKey Tenants = "dispatch:tenants";

    /// <summary>Hash: lane count and schema version that the data was written with.</summary>
    public static readonly RedisKey Meta = "dispatch:meta";

    /// <summary>Consumer group of <see cref="Intake"/>.</summary>
    public const string Group = "dispatch";

    public const string RevisionField = "#rev";
}
