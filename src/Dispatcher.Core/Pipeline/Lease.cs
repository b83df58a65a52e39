using Dispatcher.Core.Sending;

namespace Dispatcher.Core.Pipeline;

/// <summary>
/// This worker's lease of one lane. A final dot may be written only while a heartbeat was confirmed less than four seconds ago (of the
/// default lease of five): later than that another worker may have judged the attempt. And if the lane heard nothing for so long that one may have done so,
/// what was begun before must not be finished afterwards, however alive this worker is again: its repeat may have been sent.
/// </summary>
public sealed class Lease(TimeProvider time, TimeSpan safeFor)
{
    // Attempts are judged after four leases, and it is safe for four fifths of one.
    private readonly TimeSpan _judged = 4 * safeFor;

    // The engine knows of this worker since then at the earliest.
    private readonly long _begun = time.GetTimestamp();

    // Written by the heartbeat loop, read by senders. Long.MinValue: never confirmed.
    private long _confirmed = long.MinValue;

    // Written by the heartbeat loop, read by checkers.
    private Granted? _permit;

    public bool MayFinish
    {
        get
        {
            var at = Volatile.Read(ref _confirmed);
            return at != long.MinValue && time.GetElapsedTime(at) < safeFor;
        }
    }

    /// <summary>For what is begun from now on, until the lane hears nothing for too long.</summary>
    public ISendPermit Permit => Volatile.Read(ref _permit) ?? Interlocked.CompareExchange(ref _permit, new Granted(this), null) ?? _permit;

    /// <param name="sentAt">Timestamp taken before the heartbeat was sent: the engine saw it no earlier.</param>
    public void Confirm(long sentAt)
    {
        // Seen by now, and the one before no earlier than it was sent. First the permit, then the confirmation: who sees that sees both.
        var before = _confirmed == long.MinValue ? _begun : _confirmed;
        if (time.GetElapsedTime(before) >= _judged && Interlocked.Exchange(ref _permit, new Granted(this)) is { } granted)
        {
            granted.IsOver = true;
        }

        Volatile.Write(ref _confirmed, sentAt);
    }

    private sealed class Granted(Lease lease) : ISendPermit
    {
        // Written by the heartbeat loop, read by senders.
        private volatile bool _over;

        public bool IsOver
        {
            set => _over = value;
        }

        public bool MayFinish => lease.MayFinish && !_over;
    }
}
