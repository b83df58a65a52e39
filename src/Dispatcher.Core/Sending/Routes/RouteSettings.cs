namespace Dispatcher.Core.Sending.Routes;

/// <summary>One way for mail to leave.</summary>
public sealed record RouteSettings
{
    /// <summary><c>^[a-z0-9][a-z0-9._-]{0,62}$</c>.</summary>
    public required string Name { get; init; }

    public required RouteKind Kind { get; init; }

    /// <summary>Most connections of the route at once, over all its endpoints and destinations. Null: as many as there are in all.</summary>
    public int? Connections { get; init; }

    /// <summary>Null: <c>Smtp:EhloName</c>.</summary>
    public string? EhloName { get; init; }

    /// <summary>The route that takes what this one can't, because nothing on it answers. Null: it waits.</summary>
    public string? Fallback { get; init; }

    /// <summary>Set when <see cref="Kind"/> is <see cref="RouteKind.Relay"/>.</summary>
    public RelaySettings? Relay { get; init; }

    /// <summary>Set when <see cref="Kind"/> is <see cref="RouteKind.Direct"/>.</summary>
    public DirectSettings? Direct { get; init; }

    /// <summary>All that was set, in one text: equal for equal settings.</summary>
    public required string Fingerprint { get; init; }
}
