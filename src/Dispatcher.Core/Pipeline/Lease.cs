using Dispatcher.Core.Sending;

namespace Dispatcher.Core.Pipeline;

/// <summary>
/// This worker's lease of one lane. A final dot may be written only while a heartbeat was confirmed less than four seconds ago (of the
/// default lease of five): later than that another worker may have judged the attempt.
/// </summary>
public sealed class Lease(TimeProvider time, TimeSpan safeFor) : ISendPermit
{
    // Written by the heartbeat loop, read by senders. Long.MinValue: never confirmed.
    private long _confirmed = long.MinValue;

    public bool MayFinish
    {
        get
        {
            var at = Volatile.Read(ref _confirmed);
            return at != long.MinValue && time.GetElapsedTime(at) < safeFor;
        }
    }

    /// <param name="sentAt">Timestamp taken before the heartbeat was sent: the engine saw it no earlier.</param>
    public void Confirm(long sentAt) => Volatile.Write(ref _confirmed, sentAt);
}
