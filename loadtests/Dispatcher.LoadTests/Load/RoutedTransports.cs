using Dispatcher.Smtp;
using Dispatcher.Smtp.Routing;
using Dispatcher.TestKit.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Dispatcher.LoadTests.Load;

/// <summary>The product's transport by routes, to a sink on loopback: as one relay, or as the mail exchangers of many domains.</summary>
internal static class RoutedTransports
{
    /// <summary>All mail goes to the sink as a relay.</summary>
    public static RoutedTransport Relay(SmtpLoad load, TempFolder folder) => Start(load, folder, $$"""
        { "routes": [{ "name": "relay", "kind": "relay", "endpoints": [{ "host": "127.0.0.1", "port": {{load.Port}} }] }], "default": "relay" }
        """, "{}");

    /// <summary>Mail goes to the exchangers that <see cref="SharedExchangers"/> tells, under a rule that lets it pipeline as a relay does.</summary>
    public static RoutedTransport Direct(SmtpLoad load, int providers, TempFolder folder) => Start(load, folder, $$"""
        { "routes": [{ "name": "mx", "kind": "direct", "port": {{load.Port}}, "allowLoopback": true }], "default": "mx" }
        """, $$"""
        { "rules": [{ "name": "sink", "mx": ["*.mx.test"], "connections": {{load.Connections}}, "messagesPerConnection": 100000, "pipelining": {{(load.Pipelining ? "true" : "false")}} }] }
        """, providers);

    private static RoutedTransport Start(SmtpLoad load, TempFolder folder, string routes, string shaping, int providers = 1)
    {
        var options = Options.Create(new SmtpOptions
        {
            Connections = load.Connections,
            EhloName = "loadtest.example.com",
            MessagesPerConnection = 100_000,
            Pipelining = load.Pipelining,
            RoutesFile = Path.Combine(folder.Path, $"routes-{providers}.json"),
            ShapingFile = Path.Combine(folder.Path, $"shaping-{providers}.json"),
        });
        File.WriteAllText(options.Value.RoutesFile!, routes);
        File.WriteAllText(options.Value.ShapingFile!, shaping);
        var book = new RouteBook(options, SmtpFileFormat.Json, TimeProvider.System, NullLogger<RouteBook>.Instance);
        return new RoutedTransport(options, book, new SharedExchangers(providers), TimeProvider.System, NullLogger<RoutedTransport>.Instance);
    }
}
