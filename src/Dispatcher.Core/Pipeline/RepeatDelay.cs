using Dispatcher.Core.Sending;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Pipeline;

/// <summary>
/// How long a repeat would wait, should nobody learn what became of an attempt that starts now. Its jitter is drawn once a second, not for each:
/// starts that ask for the same go to the engine as one (a call has many), and what a worker leaves behind when it dies is no more than is on its wires.
/// Safe for concurrent use.
/// </summary>
internal sealed class RepeatDelay(RetrySchedule retries, TimeProvider time)
{
    private static readonly DeliveryOutcome Unknown = new() { Kind = OutcomeKind.Uncertain };
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);

    private Drawn? _last;

    /// <returns>Null: none, it ends.</returns>
    public TimeSpan? Of(TenantSettings tenant)
    {
        if (tenant.Uncertain == UncertainPolicy.Hold)
        {
            return null;
        }

        var last = Volatile.Read(ref _last);
        if (last is null || !ReferenceEquals(last.Retry, tenant.Retry) || time.GetElapsedTime(last.At) >= Kept)
        {
            last = new Drawn(tenant.Retry, retries.Next(Unknown, 1, TimeSpan.Zero, tenant.Retry), time.GetTimestamp());
            Volatile.Write(ref _last, last);
        }

        return last.Delay;
    }

    private sealed record Drawn(TenantRetry? Retry, TimeSpan? Delay, long At);
}
