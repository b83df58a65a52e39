namespace Dispatcher.Core.Sending.Routes;

/// <summary>How one mailbox provider wants to be sent to. What is null is as elsewhere.</summary>
public sealed record ShapingRule
{
    /// <summary><c>^[a-z0-9][a-z0-9._-]{0,62}$</c>. Destinations of one rule share its limits.</summary>
    public required string Name { get; init; }

    /// <summary>Recipient domains; <c>*.example.com</c> is every domain below it.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    /// <summary>Mail exchangers, in the same notation.</summary>
    public IReadOnlyList<string> Exchangers { get; init; } = [];

    /// <summary>Most connections at once. 1 to 1000.</summary>
    public int? Connections { get; init; }

    /// <summary>1 to 100,000.</summary>
    public int? MessagesPerConnection { get; init; }

    /// <summary>Pipeline, and pair messages, where the server can.</summary>
    public bool? Pipelining { get; init; }

    /// <summary>In place of the direct route's: <see cref="RouteTls.Opportunistic"/>, <see cref="RouteTls.Required"/> or <see cref="RouteTls.None"/>.</summary>
    public RouteTls? Tls { get; init; }

    /// <summary>Most messages a minute from one worker. 1 to 1,000,000.</summary>
    public int? RatePerMinute { get; init; }

    /// <summary>Waits after the first, second, … attempt in place of <c>Retry:Schedule</c>. Empty: that one.</summary>
    public IReadOnlyList<TimeSpan> Retry { get; init; } = [];
}
