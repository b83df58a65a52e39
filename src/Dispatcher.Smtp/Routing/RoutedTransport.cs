using System.Collections.Frozen;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Sending.Routes;
using Dispatcher.Smtp.Connections;
using Dispatcher.Smtp.Routing.Direct;
using Dispatcher.Smtp.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatcher.Smtp.Routing;

/// <summary>Sends each message by the route that the rules give it, and by that route's fall-back when nothing on it answers.</summary>
/// <remarks>
/// Safe for concurrent calls. When other settings come into force, routes that are the same stay as they are, with their connections; the
/// others end: what waits there comes back as interrupted and is sent anew, what is on the wire ends by itself.
/// </remarks>
public sealed class RoutedTransport : ISmtpTransport, IDestinationGate, IAsyncDisposable
{
    private const int MostHops = 8;

    private readonly SmtpOptions _options;
    private readonly RouteBook _book;
    private readonly IDnsResolver _resolver;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConnectionBudget _budget;
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _ending = []; // routes that are being disposed; under _gate
    private volatile Routes _routes;
    private bool _disposed;

    public RoutedTransport(
        IOptions<SmtpOptions> options, RouteBook book, IDnsResolver resolver, TimeProvider time, ILogger<RoutedTransport> logger)
    {
        _options = options.Value;
        _book = book;
        _resolver = resolver;
        _time = time;
        _logger = logger;
        Capacity = _options.Connections;
        _budget = new ConnectionBudget(() => Capacity, null);
        _routes = new Routes(book.Current.Table, FrozenDictionary<string, IRoute>.Empty);
        Apply(book.Current);
        book.Changed = Apply;
    }

    public int Capacity { get; }

    public async ValueTask<DeliveryOutcome> SendAsync(OutgoingEmail message, CancellationToken abandonWork)
    {
        if (!Envelope.TryCreate(message, out var envelope, out var refusal))
        {
            return refusal;
        }

        var routes = _routes;
        var route = routes.Of(new RouteQuery(message.Tenant, message.SenderDomain, message.Tags, message.MessageId));
        for (var hops = 1; ; hops++)
        {
            var outcome = await route.SendAsync(envelope, message, abandonWork).ConfigureAwait(false);
            if (!outcome.NoConnection || abandonWork.IsCancellationRequested
                || hops == MostHops || route.Settings.Fallback is not { } fallback || !routes.All.TryGetValue(fallback, out route!))
            {
                return outcome;
            }
        }
    }

    public DestinationWait? Ask(in RouteQuery query, string recipientDomain) => _routes.Of(query).Ask(recipientDomain);

    /// <summary>What a direct route remembers, for tests.</summary>
    internal (int Domains, int Destinations, int Pools) SizeOf(string route) => ((DirectRoute)_routes.All[route]).Size;

    public async ValueTask DisposeAsync()
    {
        Task[] ending;
        lock (_gate)
        {
            _disposed = true;
            _book.Changed = null;
            ending = [.. _ending];
        }

        await Task.WhenAll([.. ending, .. _routes.All.Values.Select(route => route.DisposeAsync().AsTask())]).ConfigureAwait(false);
    }

    private void Apply(RouteSetup setup)
    {
        List<IRoute> gone;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            var before = _routes.All;
            var all = setup.Routes.Routes.ToFrozenDictionary(settings => settings.Name, settings =>
                before.TryGetValue(settings.Name, out var same) && same.Settings.Fingerprint == settings.Fingerprint ? same : Create(settings));
            gone = [.. before.Values.Where(route => !all.Values.Contains(route))];
            foreach (var route in all.Values)
            {
                route.Use(setup.Shaping);
            }

            _routes = new Routes(setup.Table, all);
        }

        gone.ForEach(End);
    }

    private void End(IRoute route)
    {
        var ending = route.DisposeAsync().AsTask();
        lock (_gate)
        {
            _ending.Add(ending);
        }

        _ = ending.ContinueWith(
            done =>
            {
                lock (_gate)
                {
                    _ending.Remove(done);
                }
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private IRoute Create(RouteSettings settings) => settings.Kind == RouteKind.Direct
        ? new DirectRoute(settings, _options, _resolver, _budget, _time, _logger)
        : new RelayRoute(settings, _options, _budget, _time, _logger, Random.Shared.Next);

    private sealed record Routes(RouteTable Table, FrozenDictionary<string, IRoute> All)
    {
        public IRoute Of(in RouteQuery query) => All[Table.Pick(query)];
    }
}
