using System.Collections.Frozen;
using System.Globalization;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Sending.Routes;
using Dispatcher.Smtp.Connections;
using Dispatcher.Smtp.Wire;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>Sends each message to the mail exchangers of its recipient's domain. Domains with the same exchangers share connections, and
/// those of one shaping rule share its limits.</summary>
internal sealed class DirectRoute : IRoute
{
    /// <summary>Connections to a destination where no rule says.</summary>
    public const int DefaultConnections = 5;

    private const string RulePrefix = "rule ";
    private const int MostDomains = 20_000;

    private readonly SmtpOptions _options;
    private readonly MxFinder _finder;
    private readonly KnownDomains _domains;
    private readonly NewDomains _new;
    private readonly Destinations _destinations;
    private volatile ShapingTable _shaping = ShapingTable.Empty;

    public DirectRoute(
        RouteSettings settings, SmtpOptions common, IDnsResolver resolver, ConnectionBudget all, TimeProvider time, ILogger logger)
    {
        Settings = settings;
        _options = RouteOptions.OfDirect(common, settings);
        var own = new OwnIdentity(settings, common, OwnIdentity.OfMachine());
        _finder = new MxFinder(resolver, own);
        _domains = new KnownDomains(MostDomains, time);
        _new = new NewDomains(time);
        var tools = new MxTools
        {
            Route = settings.Name,
            Direct = settings.Direct!,
            Timeouts = _options.Timeouts,
            Own = own,
            Addresses = new HostAddresses(resolver, settings.Direct!.Addresses),
            Sources = new SourceChoice(settings.Direct.Sources),
            Openers = new[] { RouteTls.None, RouteTls.Opportunistic, RouteTls.Required }.ToFrozenDictionary(
                tls => tls, tls => new SessionOpener(new SessionStart(RouteOptions.OfDirect(common, settings, tls)), _options.Timeouts, time)),
            Time = time,
            Mute = new MuteHosts(time),
        };
        var budget = new ConnectionBudget(() => _options.Connections, all);
        _destinations = new Destinations(
            (plan, destination) => new SmtpConnectionPool(
                new MxConnector(plan, plan.Hosts[0].Name, destination.Limits.Rule.Tls ?? tools.Direct.Tls, tools), LimitsOf(destination.Limits.Rule), time, logger, destination.Limits.Budget),
            budget,
            TimeSpan.FromSeconds(_options.IdleSeconds),
            time);
    }

    public RouteSettings Settings { get; }

    /// <summary>How much is remembered, for tests: domains, destinations, and those with connections.</summary>
    internal (int Domains, int Destinations, int Pools) Size => (_domains.Count, _destinations.Count, _destinations.Pools);

    public async ValueTask<DeliveryOutcome> SendAsync(Envelope envelope, OutgoingEmail message, CancellationToken abandonWork)
    {
        // 1. Where to.
        var domain = envelope.To[(envelope.To.LastIndexOf('@') + 1)..].TrimEnd('.').ToLowerInvariant();
        var known = _domains.Find(domain);
        try
        {
            if (known is null || !_domains.IsFresh(known) || !ReferenceEquals(known.Place.Shaping, _shaping))
            {
                known = Learn(domain, await _finder.FindAsync(domain, abandonWork).ConfigureAwait(false));
            }
        }
        catch (OperationCanceledException) when (abandonWork.IsCancellationRequested)
        {
            return Outcomes.Interrupted("stopped while looking up the recipient's domain");
        }

        // 2. Not at all; a failed look-up is remembered as a destination's failure is.
        if (known.Plan is { IsRefusal: true, Refusal.Kind: not OutcomeKind.Deferred })
        {
            return known.Plan.Refusal;
        }

        if (_destinations.Rent(known.Place, known.Plan.IsRefusal ? null : known.Plan, out var pool) is not { } destination)
        {
            return Outcomes.Interrupted("the route has ended");
        }

        // 3. By its connections, unless nobody answers there.
        try
        {
            if (!destination.Trouble.MayKnock())
            {
                return WithSchedule(destination, Outcomes.NoAnswer($"not tried again yet; before: {destination.Trouble.Last}"));
            }

            var outcome = pool is null ? known.Plan.Refusal : await SendAsync(destination, pool, envelope, message, abandonWork).ConfigureAwait(false);
            destination.Trouble.Note(outcome);
            return WithSchedule(destination, outcome);
        }
        finally
        {
            _destinations.Return(destination);
        }
    }

    public DestinationWait? Ask(string recipientDomain)
    {
        // What nobody answers goes to the fall-back, and does not wait.
        var goesElsewhere = Settings.Fallback is not null;
        if (_domains.Find(recipientDomain) is not { } known)
        {
            return goesElsewhere || _new.Admit(recipientDomain) ? null
                : new(NewDomains.Window * (0.5 + Random.Shared.NextDouble()), "others find out where mail for this domain goes", false);
        }

        if (_destinations.Find(known.Place.Destination) is not { } destination)
        {
            return null;
        }

        // Who may try whether it is back must not be held up by anything else afterwards.
        var trouble = destination.Trouble.Left;
        if (goesElsewhere && trouble > TimeSpan.Zero)
        {
            return null;
        }

        // What waits for a host has a sender each: one is enough to find out when there is room.
        var share = trouble > TimeSpan.Zero ? TimeSpan.Zero
            : destination.Limits.Admit(waitsForHost: destination.Pool is { AwaitsHost: true, Load: > 0 });
        trouble = goesElsewhere || share > TimeSpan.Zero || trouble > TimeSpan.Zero ? trouble : destination.Trouble.WaitBefore();
        return trouble > TimeSpan.Zero ? Troubled(destination, trouble)
            : share > TimeSpan.Zero ? new(share, "the recipient's mail servers have their share for now", false)
            : null;
    }

    /// <summary>Not all of them come back at the same moment.</summary>
    private static DestinationWait Troubled(Destination destination, TimeSpan wait) => new(
        wait * (1 + (Random.Shared.NextDouble() * 0.2)), $"the recipient's mail servers do not answer: {destination.Trouble.Last}", true);

    public void Use(ShapingTable shaping)
    {
        if (ReferenceEquals(_shaping, shaping))
        {
            return;
        }

        _shaping = shaping;
        var rules = _shaping.All.ToDictionary(rule => RulePrefix + rule.Name);
        _domains.Clear();
        _destinations.Use(key => key.StartsWith(RulePrefix, StringComparison.Ordinal) ? rules.GetValueOrDefault(key) : shaping.Default, LimitsOf);
    }

    public ValueTask DisposeAsync() => _destinations.DisposeAsync();

    private static async ValueTask<DeliveryOutcome> SendAsync(
        Destination destination, SmtpConnectionPool pool, Envelope envelope, OutgoingEmail message, CancellationToken abandonWork)
    {
        var outcome = default(DeliveryOutcome);
        destination.Limits.Begin();
        try
        {
            return outcome = await pool.SendAsync(envelope, message.Permit, abandonWork).ConfigureAwait(false);
        }
        finally
        {
            destination.Limits.End(outcome);
        }
    }

    private static DeliveryOutcome WithSchedule(Destination destination, DeliveryOutcome outcome) =>
        outcome.Kind == OutcomeKind.Deferred && destination.Limits.Rule.Retry is { Count: > 0 } schedule ? outcome with { Schedule = schedule } : outcome;

    private KnownDomains.Entry Learn(string domain, MxPlan plan)
    {
        _new.Learned(domain);
        var shaping = _shaping;
        var rule = shaping.Find(domain, plan.Hosts.Select(host => host.Name));
        var applied = rule ?? shaping.Default;
        var key = plan.IsRefusal ? $"look-up {domain}" : string.Create(CultureInfo.InvariantCulture, $"{rule?.Name} {applied.Tls} {plan.HostsKey}");
        return _domains.Add(domain, plan, new(shaping, applied, key, LimitsKeyOf(domain, plan, rule)));
    }

    /// <summary>Without a rule the set of hosts is what shares limits, whatever their preferences.</summary>
    private static string LimitsKeyOf(string domain, MxPlan plan, ShapingRule? rule) => plan.IsRefusal ? "look-up " + domain
        : rule is not null ? RulePrefix + rule.Name
        : "hosts " + string.Join(',', plan.Hosts.Select(host => host.Name.ToLowerInvariant()).Order(StringComparer.Ordinal));

    private PoolLimits LimitsOf(ShapingRule rule) => PoolLimits.Of(_options) with
    {
        Connections = rule.Connections ?? DefaultConnections,
        MessagesPerConnection = rule.MessagesPerConnection ?? _options.MessagesPerConnection,
        Pipelining = rule.Pipelining ?? false,
    };
}
