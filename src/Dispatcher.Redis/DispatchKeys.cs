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

    /// <summary>Hash: destination groups as JSON; field <c>#rev</c> counts changes.</summary>
    public static readonly RedisKey Destinations = "dispatch:destinations";

    /// <summary>Hash: what operators set at run time. Fields <c>paused &lt;scope&gt;</c> (since, ms) and <c>limits &lt;scope&gt;</c> (JSON).</summary>
    public static readonly RedisKey Control = "dispatch:control";

    /// <summary>Hash: lane count and schema version that the data was written with.</summary>
    public static readonly RedisKey Meta = "dispatch:meta";

    /// <summary>Set: the operators' list of blocked recipient domains. What belongs to it shares its slot.</summary>
    public static readonly RedisKey Blocked = "dispatch:{blocked}";

    /// <summary>String: counts changes of <see cref="Blocked"/>.</summary>
    public static readonly RedisKey BlockedRevision = "dispatch:{blocked}:rev";

    /// <summary>Consumer group of <see cref="Intake"/>.</summary>
    public const string Group = "dispatch";

    /// <summary>String: the rate of a destination group that lanes share, as the moment at which its bucket is full again (ms).</summary>
    public static RedisKey Lent(string group) => "dispatch:lent:" + group;

    public const string RevisionField = "#rev";
}
