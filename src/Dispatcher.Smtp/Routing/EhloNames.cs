using Dispatcher.Core.Sending.Routes;
using Dispatcher.Smtp.Connections;

namespace Dispatcher.Smtp.Routing;

/// <summary>What we say in EHLO.</summary>
public static class EhloNames
{
    /// <param name="common">Section <c>Smtp</c>.</param>
    /// <param name="route">The route.</param>
    /// <param name="source">The address that the connection comes from; null: the system's choice.</param>
    public static string Of(SmtpOptions common, RouteSettings route, SourceAddress? source) =>
        source?.EhloName ?? route.EhloName ?? common.EhloName ?? SessionStart.OwnName();
}
