using Dispatcher.Core.Dns;
using Dispatcher.Core.Sending.Routes;
using Dispatcher.Core.Storage;
using Dispatcher.Smtp;
using Dispatcher.Smtp.Routing;
using Dispatcher.Smtp.Tls;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Commands;
using Dispatcher.Worker.Files;

namespace Dispatcher.Worker.Doctor;

/// <summary>
/// Looks at the ways that mail leaves by: whether relays answer, let us in and are encrypted, whether a name server answers, whether our addresses
/// are this machine's and their names fit. No mail is sent, and no recipient's server is asked. Each try is bounded by <see cref="Limit"/>, and
/// each look-up by the resolver.
/// </summary>
internal sealed class RouteExaminer(SmtpOptions options, IDnsResolver resolver, TimeProvider time)
{
    /// <summary>For one relay, all steps together.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private const int AtOnce = 16;
    private const int MostMistakes = 20;

    /// <summary>Without a file of routes the one relay is tried, if it was set.</summary>
    public static Task<RouteExamination> ExamineAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var options = RouteCommand.OptionsOf(context);
        var examiner = new RouteExaminer(options, context.Service<IDnsResolver>(), context.Environment.Time);
        return !string.IsNullOrEmpty(options.RoutesFile) ? examiner.RoutesAsync(cancellationToken)
            : string.IsNullOrEmpty(context.Settings.Configuration[$"{SmtpOptions.Section}:{nameof(SmtpOptions.Host)}"])
                ? Task.FromResult(RouteExamination.Nothing)
            : examiner.OneRelayAsync(cancellationToken);
    }

    private async Task<RouteExamination> OneRelayAsync(CancellationToken cancellationToken)
    {
        var answer = await RelayProbe.TryAsync(options, Limit, time, cancellationToken);
        RelayFacts[] relays = [new(null, $"{options.Host}:{options.Port}", answer)];
        return new(relays, [.. RelayFindings.Of(relays, null), .. Secrets(SecretFiles.Of(options), "")]);
    }

    private async Task<RouteExamination> RoutesAsync(CancellationToken cancellationToken)
    {
        // 1. What the file says. With mistakes in it no worker starts, so there is nothing else to look at.
        var (setup, mistakes) = RouteFiles.Read(options, SmtpFiles.Format);
        if (setup is null)
        {
            return new([], [.. mistakes.Take(MostMistakes).Select(mistake => new Finding(
                FindingSeverity.Error, "routes-file", Cell.Plain(mistake), "mend it: no worker starts with it, and running ones keep the routes that they have"))]);
        }

        // 2. Relays, many at once: each may keep us waiting.
        var routes = setup.Routes.Routes;
        var endpoints = routes.SelectMany(route => (route.Relay?.Endpoints ?? []).Select(endpoint => (Route: route, Endpoint: endpoint))).ToArray();
        var relays = new RelayFacts[endpoints.Length];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, endpoints.Length),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (index, token) =>
            {
                var (route, endpoint) = endpoints[index];
                var answer = await RelayProbe.TryAsync(options, route, endpoint, Limit, time, token);
                relays[index] = new(route.Name, $"{endpoint.Host}:{endpoint.Port}", answer);
            });

        // 3. What is wrong, route by route.
        var findings = new List<Finding>();
        foreach (var route in routes)
        {
            findings.AddRange(RelayFindings.Of([.. relays.Where(relay => relay.Route == route.Name)], route));
            findings.AddRange(Secrets(SecretFiles.Of(route), $"route {route.Name}: "));
        }

        var direct = routes.Where(route => route.Kind == RouteKind.Direct).ToList();
        findings.AddRange(await new SourceFindings(options, resolver).FindAsync(direct, cancellationToken));
        return new(relays, findings);
    }

    private static IEnumerable<Finding> Secrets(IEnumerable<string> files, string where) => files.Where(SecretFiles.IsOpenToOthers).Select(file => new Finding(
        FindingSeverity.Warning, "secret-open", $"{where}others than its owner can read or change {Cell.Plain(file)}", $"chmod 0400 {Cell.Plain(file)}, or 0440"));
}
