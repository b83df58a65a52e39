using Dispatcher.Smtp.Routing;

namespace Dispatcher.Worker.Doctor;

/// <summary>How a relay answered.</summary>
/// <param name="Route">Null: there are no routes, and it is <c>Smtp:Host</c>.</param>
/// <param name="Endpoint">Host and port.</param>
internal sealed record RelayFacts(string? Route, string Endpoint, RelayAnswer Answer);
