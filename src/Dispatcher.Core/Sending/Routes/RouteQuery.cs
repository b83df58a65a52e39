namespace Dispatcher.Core.Sending.Routes;

/// <summary>What a route is chosen by.</summary>
/// <param name="SenderDomain">Of the From address.</param>
/// <param name="Key">The same for each attempt of a message, so that weights give it the same route each time.</param>
public readonly record struct RouteQuery(string Tenant, string SenderDomain, IReadOnlyList<string> Tags, string Key);
