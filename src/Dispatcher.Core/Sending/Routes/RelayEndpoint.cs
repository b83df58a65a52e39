namespace Dispatcher.Core.Sending.Routes;

/// <summary>One relay of a route.</summary>
/// <param name="Host">Host name or address.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Weight">Its share of the route's mail, 0 to 1000; 0: only when the others do not answer.</param>
/// <param name="TlsName">Name that its certificate must be for. Null: <paramref name="Host"/>.</param>
public sealed record RelayEndpoint(string Host, int Port, int Weight, string? TlsName);
