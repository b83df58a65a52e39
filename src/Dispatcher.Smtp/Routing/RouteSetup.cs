using Dispatcher.Core.Sending.Routes;

namespace Dispatcher.Smtp.Routing;

/// <summary>Routes and shaping rules in force. Immutable.</summary>
public sealed class RouteSetup(RouteFile routes, ShapingFile shaping)
{
    public RouteFile Routes { get; } = routes;

    public RouteTable Table { get; } = new(routes);

    public ShapingFile ShapingFile { get; } = shaping;

    public ShapingTable Shaping { get; } = new(shaping);
}
