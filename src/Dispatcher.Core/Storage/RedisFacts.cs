namespace Dispatcher.Core.Storage;

/// <summary>A Redis server as it describes itself.</summary>
public sealed record RedisFacts
{
    public required string Version { get; init; }

    /// <summary>Redis' word: <c>master</c> or <c>slave</c>.</summary>
    public required string Role { get; init; }
    public required TimeSpan RunningFor { get; init; }
    public required int Replicas { get; init; }
    public required bool AppendOnly { get; init; }

    /// <summary>Null: the server does not tell (CONFIG is not allowed).</summary>
    public required string? AppendFsync { get; init; }

    /// <summary>What went wrong when writing the append-only file or a snapshot; empty: nothing.</summary>
    public required IReadOnlyList<string> WriteErrors { get; init; }
    public required DateTimeOffset? LastSave { get; init; }
    public required long UsedMemory { get; init; }

    /// <summary>0: no limit.</summary>
    public required long MaxMemory { get; init; }
    public required string MaxMemoryPolicy { get; init; }

    /// <summary>Null: no cluster; else Redis' word, <c>ok</c> or <c>fail</c>.</summary>
    public required string? ClusterState { get; init; }

    /// <summary>By how much its clock is ahead of this host's, at least; below zero: behind. Null: it does not tell (TIME is not allowed).</summary>
    public TimeSpan? AheadOfHost { get; init; }

    /// <summary>Libraries of scripts that other versions have left.</summary>
    public IReadOnlyList<string> OtherLibraries { get; init; } = [];
}
