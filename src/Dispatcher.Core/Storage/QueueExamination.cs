namespace Dispatcher.Core.Storage;

/// <summary>What the doctor saw, and what it makes of it.</summary>
public sealed record QueueExamination
{
    /// <summary>One for each server that holds a lane.</summary>
    public required IReadOnlyList<RedisFacts> Servers { get; init; }

    /// <summary>What the data was written with, and what this process expects; null where there is no data yet.</summary>
    public required AgreedFacts Agreed { get; init; }

    /// <summary>Empty when the data has another lane count or schema: its keys mean something else.</summary>
    public required IReadOnlyList<LaneFacts> Lanes { get; init; }

    public required DoorFacts Door { get; init; }

    /// <summary>Those with the most entries waiting, of at most a thousand queues a lane.</summary>
    public required IReadOnlyList<TenantBacklog> Tenants { get; init; }

    /// <summary>What is paused or temporarily limited.</summary>
    public required IReadOnlyList<ScopeState> Scopes { get; init; }

    /// <summary>What the large keys take.</summary>
    public required IReadOnlyList<KeySize> Sizes { get; init; }

    /// <summary>The gravest first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }
}

/// <param name="Lanes">Of the data; null: no data yet.</param>
/// <param name="Schema">Of the data; null: no data yet.</param>
public sealed record AgreedFacts(string? Lanes, string? Schema, int ExpectedLanes, int ExpectedSchema)
{
    public bool Fits => Fit(Lanes, ExpectedLanes) && Fit(Schema, ExpectedSchema);

    private static bool Fit(string? stored, int expected) =>
        stored is null || stored == expected.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <param name="Key">Its name in Redis; records are a sample: <c>i:*</c>.</param>
/// <param name="Bytes">For a sample: of one, on average.</param>
/// <param name="Entries">Members, entries or fields; for a sample: its size.</param>
public sealed record KeySize(string Key, long Bytes, long Entries);

/// <param name="Waiting">Entries of its queues; some may have been cancelled meanwhile.</param>
public sealed record TenantBacklog(string Tenant, long Waiting);
