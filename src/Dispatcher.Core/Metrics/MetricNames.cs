namespace Dispatcher.Core.Metrics;

/// <summary>Instrument and tag names. In Prometheus' text, dots become underscores, a unit becomes a suffix and counters end in
/// <c>_total</c>: <c>dispatcher.send</c> in seconds is <c>dispatcher_send_seconds</c>. Each is explained in <c>docs/metrics.md</c>.</summary>
public static class MetricNames
{
    public const string Meter = "Dispatcher";

    public const string Statuses = "dispatcher.statuses";
    public const string Attempts = "dispatcher.attempts";
    public const string Uncertain = "dispatcher.uncertain";
    public const string Backlog = "dispatcher.backlog";
    public const string DueWork = "dispatcher.due_work";
    public const string OldestDue = "dispatcher.oldest_due";
    public const string InFlight = "dispatcher.in_flight";
    public const string Stage = "dispatcher.stage";
    public const string StageOccupancy = "dispatcher.stage_occupancy";
    public const string Send = "dispatcher.send";
    public const string RedisCall = "dispatcher.redis_call";

    public const string StatusTag = "status";
    public const string ChannelTag = "channel";
    public const string OutcomeTag = "outcome";
    public const string StateTag = "state";
    public const string StageTag = "stage";
    public const string ScriptTag = "script";
}
