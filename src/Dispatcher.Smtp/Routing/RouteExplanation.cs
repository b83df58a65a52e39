using Dispatcher.Core.Sending.Routes;

namespace Dispatcher.Smtp.Routing;

/// <summary>Where a message would go by one route, told to people.</summary>
public sealed record RouteExplanation
{
    public required string Route { get; init; }

    public required RouteKind Kind { get; init; }

    /// <summary>Its share of the mail that the rule matches, in percent.</summary>
    public required double Share { get; init; }

    public string? Fallback { get; init; }

    /// <summary>The relays, or the mail exchangers in the order in which they are tried.</summary>
    public IReadOnlyList<RouteHost> Hosts { get; init; } = [];

    /// <summary>Why the message would not be sent; null: nothing speaks against it.</summary>
    public string? Problem { get; init; }

    /// <summary>True: <see cref="Problem"/> holds for good, false: only for now.</summary>
    public bool IsFinal { get; init; }

    /// <summary>The shaping rule's name, <c>default</c> where none matches; null for relays.</summary>
    public string? Shaping { get; init; }

    /// <summary>Most connections to the destination, or of the route for relays.</summary>
    public int Connections { get; init; }

    public int MessagesPerConnection { get; init; }

    public bool Pipelining { get; init; }

    /// <summary>Null: no limit.</summary>
    public int? RatePerMinute { get; init; }

    /// <summary>How direct connections are encrypted; null for relays.</summary>
    public RouteTls? Tls { get; init; }

    /// <summary>Empty: as elsewhere.</summary>
    public IReadOnlyList<TimeSpan> Retry { get; init; } = [];
}

/// <summary>A host of a route.</summary>
/// <param name="Order">MX preference, or a relay's weight.</param>
/// <param name="Addresses">In order; empty for relays, whose names are looked up at each connection.</param>
/// <param name="Note">What is wrong with it; null: nothing.</param>
public sealed record RouteHost(string Host, int Port, int Order, IReadOnlyList<string> Addresses, string? Note);
