namespace Dispatcher.Core.Sending.Routes;

/// <summary>Which mail takes which routes. A condition that is empty is met by all mail.</summary>
public sealed record RouteRule
{
    public IReadOnlyList<string> Tenants { get; init; } = [];

    /// <summary>Domains of the From address; <c>*.example.com</c> is every domain below it.</summary>
    public IReadOnlyList<string> SenderDomains { get; init; } = [];

    /// <summary>One of the invitation's tags is one of these, whatever its case.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>One at least, with weights above zero in all.</summary>
    public required IReadOnlyList<RouteShare> Use { get; init; }
}

/// <summary>A route and its share of the mail that a rule matches.</summary>
/// <param name="Weight">1 to 1000.</param>
public sealed record RouteShare(string Route, int Weight);
