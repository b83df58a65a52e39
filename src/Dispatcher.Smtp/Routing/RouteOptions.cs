using Dispatcher.Core.Sending.Routes;

namespace Dispatcher.Smtp.Routing;

/// <summary>Turns a route into the settings that a connection is made by.</summary>
internal static class RouteOptions
{
    public static SmtpOptions OfRelay(SmtpOptions common, RouteSettings route, RelayEndpoint endpoint)
    {
        var relay = route.Relay!;
        var options = Common(common, route);
        options.Host = endpoint.Host;
        options.Port = endpoint.Port;
        options.Tls = Mode(relay.Tls);
        options.MinTls = relay.MinTls ?? common.MinTls;
        options.TlsName = endpoint.TlsName;
        options.CaFile = relay.CaFile;
        options.AcceptInvalidCertificates = relay.AcceptInvalidCertificates;
        options.ClientCertificateFile = relay.ClientCertificateFile;
        options.ClientKeyFile = relay.ClientKeyFile;
        options.User = relay.User;
        options.PasswordFile = relay.PasswordFile;
        options.AuthMechanism = relay.AuthMechanism;
        options.AllowPlainTextAuth = relay.AllowPlainTextAuth;
        options.Pipelining = relay.Pipelining ?? common.Pipelining;
        options.MessagesPerConnection = relay.MessagesPerConnection ?? common.MessagesPerConnection;
        return options;
    }

    /// <param name="tls">Of the destination; null: the route's.</param>
    public static SmtpOptions OfDirect(SmtpOptions common, RouteSettings route, RouteTls? tls = null)
    {
        var options = Common(common, route);
        options.Port = route.Direct!.Port;
        options.Tls = Mode(tls ?? route.Direct.Tls);
        options.MinTls = common.MinTls;
        options.MessagesPerConnection = common.MessagesPerConnection;
        options.Pipelining = false;
        return options;
    }

    private static SmtpOptions Common(SmtpOptions common, RouteSettings route) => new()
    {
        Connections = Math.Min(route.Connections ?? common.Connections, common.Connections),
        EhloName = route.EhloName ?? common.EhloName,
        IdleSeconds = common.IdleSeconds,
        MaxAgeSeconds = common.MaxAgeSeconds,
        Dsn = common.Dsn,
        Timeouts = common.Timeouts,
    };

    private static SmtpTls Mode(RouteTls tls) => tls switch
    {
        RouteTls.None => SmtpTls.None,
        RouteTls.Opportunistic => SmtpTls.Opportunistic,
        RouteTls.Required => SmtpTls.Required,
        RouteTls.Implicit => SmtpTls.Implicit,
        _ => SmtpTls.Auto,
    };
}
