using Dispatcher.Core.Addresses;
using Dispatcher.Core.Sending.Routes;
using Dispatcher.Core.Storage;
using Dispatcher.Smtp.Connections;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Doctor;

/// <summary>What is wrong with the relays of one route.</summary>
internal static class RelayFindings
{
    /// <param name="relays">All of the route.</param>
    /// <param name="route">Null: there are no routes.</param>
    public static IEnumerable<Finding> Of(IReadOnlyList<RelayFacts> relays, RouteSettings? route)
    {
        // Mail stands still only when nothing takes it.
        var isLost = relays.All(relay => relay.Answer.Problem is not null) && route?.Fallback is null;
        foreach (var relay in relays)
        {
            var where = route is null ? relay.Endpoint : $"route {route.Name}: {relay.Endpoint}";
            if (relay.Answer.Problem is { } problem)
            {
                var (code, remedy) = Of(relay.Answer.FailedAt);
                var text = route is null ? problem : problem.Replace("Smtp:", "", StringComparison.Ordinal);
                yield return new(isLost ? FindingSeverity.Error : FindingSeverity.Warning, code, $"{where}: {Cell.Plain(text)}", remedy);
            }
            else if (!relay.Answer.IsEncrypted && !IpSyntax.IsLoopbackHost(relay.Endpoint[..relay.Endpoint.LastIndexOf(':')]))
            {
                yield return new(FindingSeverity.Info, "relay-plain-text", $"{where}: mail goes there in plain text", "set TLS to required, unless the network between is yours");
            }
        }
    }

    private static (string Code, string Remedy) Of(SessionStep step) => step switch
    {
        SessionStep.Connect => ("relay-unreachable", "see that host and port are right, that it runs, and that nothing between blocks the port"),
        SessionStep.Tls => ("relay-tls", "see which TLS it offers on this port (openssl s_client -starttls smtp), and that the settings name its authority (CaFile) and its name (TlsName)"),
        SessionStep.Login => ("relay-login", "see user, password file and mechanism; each connection reads the file anew"),
        _ => ("relay-refuses", "ask whoever runs it to let this machine in; its log says why it does not"),
    };
}
