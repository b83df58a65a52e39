using System.Net;
using System.Net.Sockets;
using Dispatcher.Core.Addresses;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Sending.Routes;
using Dispatcher.Core.Storage;
using Dispatcher.Smtp;
using Dispatcher.Smtp.Routing;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Doctor;

/// <summary>What is wrong with how direct routes show themselves: name server, source addresses, names said in EHLO.</summary>
internal sealed class SourceFindings(SmtpOptions options, IDnsResolver resolver)
{
    public async Task<IReadOnlyList<Finding>> FindAsync(IReadOnlyList<RouteSettings> routes, CancellationToken cancellationToken)
    {
        // 1. Addresses, which need no DNS.
        var findings = routes.SelectMany(route => route.Direct!.Sources.Select(source => source.Address).Distinct()
            .Where(address => !IsOurs(address))
            .Select(address => new Finding(
                FindingSeverity.Error,
                "source-address",
                $"route {route.Name}: no connection can come from {address}, which is not an address of this machine",
                "ask doctor on the machine, or in the pod, that workers run on; give it the address, or take it out of sources"))).ToList();
        if (routes.Count == 0)
        {
            return findings;
        }

        // 2. A name server. Without one the rest would say the same again and again.
        var ours = DomainSyntax.ToAscii(EmailSyntax.DomainOf(options.From.TrimEnd('>', ' '))) ?? "example.com";
        var asked = await resolver.QueryMxAsync(ours, cancellationToken);
        if (asked.Kind == DnsAnswerKind.Failed)
        {
            findings.Add(new(
                FindingSeverity.Error,
                "dns-silent",
                $"direct routes need DNS, and the look-up of MX of {Cell.Plain(ours)} (Smtp:From) failed: {asked.Failure}",
                "see Dns:Servers and /etc/resolv.conf, and that nothing blocks UDP and TCP port 53; 'dig MX' shows whether it is that domain alone"));
            return findings;
        }

        // 3. Names: receivers look up what we say, and what our address points to.
        foreach (var route in routes)
        {
            if (route.Direct!.Sources.Count == 0)
            {
                findings.AddRange(await NameAsync(route, EhloNames.Of(options, route, null), null, cancellationToken));
            }

            foreach (var source in route.Direct.Sources.Where(source => PublicAddress.Is(source.Address)))
            {
                findings.AddRange(await NameAsync(route, EhloNames.Of(options, route, source), source.Address, cancellationToken));
                findings.AddRange(await ReverseAsync(route, source.Address, cancellationToken));
            }
        }

        return findings;
    }

    /// <param name="address">That the name should lead to; null: unknown, so any will do.</param>
    private async Task<IEnumerable<Finding>> NameAsync(RouteSettings route, string name, IPAddress? address, CancellationToken cancellationToken)
    {
        if (name.StartsWith('['))
        {
            return [Name(route, $"{name} is said in EHLO, an address instead of a name: many servers refuse that", address)];
        }

        var v6 = address?.AddressFamily == AddressFamily.InterNetworkV6;
        var answer = v6 ? await resolver.QueryAaaaAsync(name, cancellationToken) : await resolver.QueryAAsync(name, cancellationToken);
        if (address is null && answer.IsVoid)
        {
            answer = await resolver.QueryAaaaAsync(name, cancellationToken);
        }

        return answer.Kind == DnsAnswerKind.Failed ? [new(FindingSeverity.Info, "ehlo-name", $"route {route.Name}: {name}, said in EHLO, could not be looked up: {answer.Failure}", "try again later")]
            : answer.IsVoid ? [Name(route, $"{name} is said in EHLO and has no address in DNS", address)]
            : address is not null && !answer.Records.Contains(address) ? [Name(route, $"{name} is said in EHLO from {address} and does not lead there", address)]
            : [];
    }

    private static Finding Name(RouteSettings route, string what, IPAddress? address) => new(
        FindingSeverity.Warning,
        "ehlo-name",
        $"route {route.Name}: {what}",
        address is null ? "set ehloName of the route, or Smtp:EhloName, to a name that leads to the address that mail leaves from"
            : $"publish {(address.AddressFamily == AddressFamily.InterNetworkV6 ? "AAAA" : "A")} {address} for the name, or set another ehloName");

    private async Task<IEnumerable<Finding>> ReverseAsync(RouteSettings route, IPAddress address, CancellationToken cancellationToken)
    {
        var answer = await resolver.QueryPtrAsync(address, cancellationToken);
        return !answer.IsVoid ? [] :
        [
            new(
                FindingSeverity.Warning,
                "reverse-dns",
                $"route {route.Name}: {address} points to no name (PTR): many servers refuse mail from there",
                "have the owner of the network publish a PTR record with the name said in EHLO"),
        ];
    }

    private static bool IsOurs(IPAddress address)
    {
        try
        {
            // What a worker would do, so that non-local binding counts too.
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
