using System.Diagnostics.Metrics;
using Dispatcher.Core.States;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Metrics;

/// <summary>Holds the newest totals read from Redis, for gauges that must answer at once. Written by one poller, read by any scrape.</summary>
public sealed class QueueGauges
{

    private volatile SystemSnapshot? _latest;

    /// <summary>Null until the first read, and while Redis can't be asked: gauges then say nothing rather than something old.</summary>
    public SystemSnapshot? Latest
    {
        get => _latest;
        set => _latest = value;
    }

    internal IEnumerable<Measurement<long>> Backlog()
    {
        if (_latest is not { } snapshot)
        {
            yield break;
        }

        foreach (var state in Transitions.Unfinished)
        {
            yield return new(snapshot.Backlog.GetValueOrDefault(state), new KeyValuePair<string, object?>(MetricNames.StateTag, Codes.Of(state)));
        }
    }

    internal IEnumerable<Measurement<long>> DueWork() => _latest is { } snapshot ? [new(snapshot.DueWork)] : [];

    internal IEnumerable<Measurement<double>> OldestDue() => _latest is { } snapshot ? [new(snapshot.OldestDue.TotalSeconds)] : [];
}
