using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Metrics;

/// <summary>
/// Every instrument of the product. Counters count what this process did; gauges of the backlog are totals over all processes.
/// Safe for concurrent calls. Tags come from closed sets: never pass an address, an id or a tenant.
/// </summary>
public sealed class DispatcherMetrics
{
    /// <summary>From a Redis call within one machine to a relay that takes its time with the final dot.</summary>
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600],
    };

    private readonly Counter<long> _statuses;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _uncertain;
    private readonly UpDownCounter<long> _inFlight;
    private readonly Histogram<double> _stage;
    private readonly Histogram<double> _send;
    private readonly Histogram<double> _redisCall;
    private readonly ConcurrentQueue<(string Stage, Func<double> Occupancy)> _occupancies = new();

    public DispatcherMetrics(IMeterFactory meters, QueueGauges gauges)
    {
        // 1. What happened in this process.
        var meter = meters.Create(MetricNames.Meter);
        _statuses = meter.CreateCounter<long>(MetricNames.Statuses, null, "Invitations that reached a status, in this process.");
        _attempts = meter.CreateCounter<long>(MetricNames.Attempts, null, "Sending attempts that ended, by outcome, in this process.");
        _uncertain = meter.CreateCounter<long>(MetricNames.Uncertain, null, "Attempts whose outcome is unknown, judged by this process.");
        _inFlight = meter.CreateUpDownCounter<long>(MetricNames.InFlight, null, "Messages that the transport has, on the wire or waiting for a connection, in this process.");
        _stage = meter.CreateHistogram(MetricNames.Stage, "s", "Time an invitation spent in a stage.", null, Seconds);
        _send = meter.CreateHistogram(MetricNames.Send, "s", "Time from starting a message to knowing its outcome.", null, Seconds);
        _redisCall = meter.CreateHistogram(MetricNames.RedisCall, "s", "Time of a script call to Redis, seen from here.", null, Seconds);

        // 2. What is asked for at a scrape.
        meter.CreateObservableGauge(MetricNames.StageOccupancy, Occupancies, null, "Share of a stage's channel that is full, 0 to 1.");
        meter.CreateObservableGauge(MetricNames.Backlog, gauges.Backlog, null, "Unfinished invitations by state, over all processes.");
        meter.CreateObservableGauge(MetricNames.DueWork, gauges.DueWork, null, "Invitations that are due, paused and limited ones included, over all processes.");
        meter.CreateObservableGauge(MetricNames.OldestDue, gauges.OldestDue, "s", "How long the oldest due invitation has waited.");
    }

    /// <param name="statusCode">A code of the status list, for example <c>limit-reached</c>.</param>
    /// <param name="channel"><c>email</c> or <c>sms</c>.</param>
    public void StatusReached(string statusCode, string channel) =>
        _statuses.Add(1, new(MetricNames.StatusTag, statusCode), new KeyValuePair<string, object?>(MetricNames.ChannelTag, channel));

    public void AttemptEnded(OutcomeKind kind) => _attempts.Add(1, new KeyValuePair<string, object?>(MetricNames.OutcomeTag, Code(kind)));

    public void UncertainSeen(int count = 1) => _uncertain.Add(count);

    /// <param name="delta">+1 when a message goes on the wire, -1 when its outcome is known; always in pairs.</param>
    public void InFlight(int delta) => _inFlight.Add(delta);

    public void StageTook(string stage, TimeSpan elapsed) =>
        _stage.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>(MetricNames.StageTag, stage));

    /// <summary>Says how full a stage's channel is, 0 to 1. A stage may have several (one a lane): the fullest counts.</summary>
    public void RegisterOccupancy(string stage, Func<double> occupancy) => _occupancies.Enqueue((stage, occupancy));

    public void SendTook(TimeSpan elapsed) => _send.Record(elapsed.TotalSeconds);

    public void RedisCallTook(string script, TimeSpan elapsed) =>
        _redisCall.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>(MetricNames.ScriptTag, script));

    private IEnumerable<Measurement<double>> Occupancies() => _occupancies.GroupBy(one => one.Stage, StringComparer.Ordinal).Select(stage =>
        new Measurement<double>(stage.Max(one => one.Occupancy()), new KeyValuePair<string, object?>(MetricNames.StageTag, stage.Key)));

    private static string Code(OutcomeKind kind) => kind == OutcomeKind.Unset
        ? throw new ArgumentOutOfRangeException(nameof(kind), kind, "An attempt ended without an outcome.")
        : Codes.Of(kind);
}
