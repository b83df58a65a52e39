namespace Dispatcher.Core.Sending.Routes;

/// <summary>What <c>Smtp:RoutesFile</c> says, without mistakes.</summary>
/// <param name="Rules">The first that matches decides.</param>
/// <param name="Default">For what no rule matches.</param>
public sealed record RouteFile(IReadOnlyList<RouteSettings> Routes, IReadOnlyList<RouteRule> Rules, IReadOnlyList<RouteShare> Default);
