using Dispatcher.Core.Dns;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Sending.Routes;
using Dispatcher.Smtp.Routing.Direct;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp.Routing;

/// <summary>Says where a message would go, without sending it. Safe for concurrent calls.</summary>
public sealed class RouteExplainer(SmtpOptions options, RouteSetup setup, IDnsResolver resolver)
{
    /// <summary>The rule that decides: counted from 0; -1: the default.</summary>
    public int RuleOf(in RouteQuery query)
    {
        setup.Table.SharesOf(query, out var rule);
        return rule;
    }

    /// <summary>Each route that the message may take; fall-backs behind the routes that they belong to.</summary>
    /// <param name="recipient">An address.</param>
    /// <returns>Null: the recipient is no address that can be sent to.</returns>
    public async Task<IReadOnlyList<RouteExplanation>?> ExplainAsync(RouteQuery query, string recipient, CancellationToken cancellation)
    {
        if (!MailboxAddress.TryNormalize(recipient, out var wire, out _))
        {
            return null;
        }

        var domain = wire[(wire.LastIndexOf('@') + 1)..].ToLowerInvariant();
        var shares = setup.Table.SharesOf(query, out _);
        var sum = shares.Sum(share => share.Weight);
        var routes = setup.Routes.Routes.ToDictionary(route => route.Name);
        var all = new List<RouteExplanation>();
        foreach (var share in shares)
        {
            var percent = Math.Round(100.0 * share.Weight / sum, 1);
            for (var name = share.Route; name is not null; name = routes[name].Fallback)
            {
                all.Add(await ExplainAsync(routes[name], percent, domain, cancellation).ConfigureAwait(false));
                percent = 0;
                if (all[^1].IsFinal)
                {
                    break; // refused, not unreachable: nothing else is tried
                }
            }
        }

        return all;
    }

    private async Task<RouteExplanation> ExplainAsync(RouteSettings route, double percent, string domain, CancellationToken cancellation)
    {
        var explanation = new RouteExplanation
        {
            Route = route.Name,
            Kind = route.Kind,
            Share = percent,
            Fallback = route.Fallback,
            Connections = Math.Min(route.Connections ?? options.Connections, options.Connections),
        };
        return route.Relay is { } relay
            ? explanation with
            {
                Hosts = [.. relay.Endpoints.Select(endpoint => new RouteHost(endpoint.Host, endpoint.Port, endpoint.Weight, [], null))],
                MessagesPerConnection = relay.MessagesPerConnection ?? options.MessagesPerConnection,
                Pipelining = relay.Pipelining ?? options.Pipelining,
            }
            : await DirectAsync(explanation, route, domain, cancellation).ConfigureAwait(false);
    }

    private async Task<RouteExplanation> DirectAsync(RouteExplanation explanation, RouteSettings route, string domain, CancellationToken cancellation)
    {
        var own = new OwnIdentity(route, options, OwnIdentity.OfMachine());
        var plan = await new MxFinder(resolver, own).FindAsync(domain, cancellation).ConfigureAwait(false);
        var rule = setup.Shaping.Find(domain, plan.Hosts.Select(host => host.Name)) ?? setup.Shaping.Default;
        var hosts = new List<RouteHost>();
        foreach (var host in plan.Hosts)
        {
            hosts.Add(await HostAsync(host, route.Direct!, own, cancellation).ConfigureAwait(false));
        }

        var useless = hosts.Count > 0 && hosts.All(host => host.Addresses.Count == 0);
        return explanation with
        {
            Hosts = hosts,
            Problem = plan.IsRefusal ? plan.Refusal.Text : useless ? "no mail exchanger can be used" : null,
            IsFinal = plan.Refusal.Kind == OutcomeKind.Rejected,
            Shaping = rule.Name,
            Connections = Math.Min(rule.Connections ?? DirectRoute.DefaultConnections, explanation.Connections),
            MessagesPerConnection = rule.MessagesPerConnection ?? options.MessagesPerConnection,
            Pipelining = rule.Pipelining ?? false,
            RatePerMinute = rule.RatePerMinute,
            Tls = rule.Tls ?? route.Direct!.Tls,
            Retry = rule.Retry,
        };
    }

    private async Task<RouteHost> HostAsync(MxHost host, DirectSettings direct, OwnIdentity own, CancellationToken cancellation)
    {
        var (addresses, failure, hasOthers) = await new HostAddresses(resolver, direct.Addresses).FindAsync(host, cancellation).ConfigureAwait(false);
        var ours = addresses.FirstOrDefault(own.IsOurs);
        return new RouteHost(
            host.Name,
            direct.Port,
            host.Preference,
            ours is null ? [.. addresses.Select(address => address.ToString())] : [],
            ours is not null ? $"is this host ({ours}): a loop"
                : failure != DnsFailure.None ? $"its address could not be looked up ({failure})"
                : hasOthers ? "has no address of the family that the route keeps to ('addresses')"
                : addresses.Count == 0 ? "has no address"
                : null);
    }
}
