using System.Threading.Channels;
using Dispatcher.Core.Pipeline;

namespace Dispatcher.LoadTests.Load;

/// <summary>
/// A worker without mail for a load of which a part is withdrawn while it runs. Claims while the batch before is started and recorded, as
/// <see cref="NullSender"/>; records only what was allowed to start, and tells one tenant's invitations, which are all to be sent, from the
/// others'. Ends when it was told to and there is nothing more to claim. The tally is of that tenant alone.
/// </summary>
internal sealed class WatchedSender(ILane lane, int batch, string tenant, Tally tally)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly Channel<IReadOnlyList<ClaimedInvitation>> _batches =
        Channel.CreateBounded<IReadOnlyList<ClaimedInvitation>>(new BoundedChannelOptions(2) { SingleReader = true, SingleWriter = true });

    private volatile bool _endWhenEmpty;
    private volatile bool _forbidden;
    private long _othersStarted; // this and those below: written by the one who advances, read by anyone
    private long _othersForbidden;
    private long _othersRefused;
    private long _othersRecorded;
    private long _lastSent;

    /// <summary>Every claim, and every call with starts and outcomes.</summary>
    public CallTimes Calls { get; } = new();

    public long OthersStarted => Volatile.Read(ref _othersStarted);

    /// <summary>Started although it was forbidden before the call began.</summary>
    public long OthersForbidden => Volatile.Read(ref _othersForbidden);

    /// <summary>Asked for a start and did not get it.</summary>
    public long OthersRefused => Volatile.Read(ref _othersRefused);

    /// <summary>Sent by now, whoever's.</summary>
    public long Sent => tally.Recorded + Volatile.Read(ref _othersRecorded);

    /// <summary>Timestamp of the latest outcome of the tenant's.</summary>
    public long LastSent => Volatile.Read(ref _lastSent);

    /// <summary>From now on none of the others may start.</summary>
    public void ForbidOthers() => _forbidden = true;

    public void EndWhenEmpty() => _endWhenEmpty = true;

    /// <summary>Whoever runs it also sees to the worker's heartbeat.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(Task.Run(() => GuardAsync(ClaimAsync), cancellationToken), Task.Run(() => GuardAsync(AdvanceAsync), cancellationToken));

        // Neither may wait for the other when that one has failed.
        async Task GuardAsync(Func<CancellationToken, Task> loop)
        {
            try
            {
                await loop(failed.Token);
            }
            catch
            {
                await failed.CancelAsync();
                throw;
            }
        }
    }

    private async Task ClaimAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var call = 1L; ; call++)
            {
                var last = _endWhenEmpty;
                var answer = await Calls.MeasureAsync(() => lane.ClaimAsync(call, batch, cancellationToken));
                tally.Claim([.. answer.Entries.Where(c => c.Tenant == tenant)]);
                await _batches.Writer.WriteAsync(answer.Entries, cancellationToken); // none: outcomes don't wait for company
                if (last && answer.Entries.Count == 0 && answer.Next != TimeSpan.Zero)
                {
                    return; // zero: it met withdrawn entries alone, and there are more
                }

                // Less than it asked for: as the worker's claimer it comes back when there is more to claim.
                if (answer.Entries.Count < batch && answer.Next != TimeSpan.Zero)
                {
                    await lane.WaitForWorkAsync(answer.Next < Poll ? answer.Next.Value : Poll, cancellationToken);
                }
            }
        }
        finally
        {
            _batches.Writer.Complete();
        }
    }

    private async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        List<ClaimedInvitation> sent = [];
        await foreach (var claimed in _batches.Reader.ReadAllAsync(cancellationToken))
        {
            sent = await AdvanceAsync(sent, claimed, cancellationToken);
        }

        await AdvanceAsync(sent, [], cancellationToken);
    }

    /// <returns>What was allowed to start.</returns>
    private async Task<List<ClaimedInvitation>> AdvanceAsync(List<ClaimedInvitation> sent, IReadOnlyList<ClaimedInvitation> claimed, CancellationToken cancellationToken)
    {
        List<Step> steps = [.. sent.Select(Steps.Done), .. claimed.Select(Steps.Start)];
        List<ClaimedInvitation> started = [];
        if (steps.Count == 0)
        {
            return started;
        }

        var forbidden = _forbidden;
        var answers = await Calls.MeasureAsync(() => lane.AdvanceAsync(steps, cancellationToken));
        for (var i = 0; i < steps.Count; i++)
        {
            var invitation = i < sent.Count ? sent[i] : claimed[i - sent.Count];
            Count(invitation, steps[i], answers[i], forbidden);
            if (steps[i].Kind == StepKind.Start && answers[i].Kind == StepAnswerKind.Ok)
            {
                started.Add(invitation);
            }
        }

        return started;
    }

    private void Count(ClaimedInvitation invitation, Step step, StepAnswer answer, bool forbidden)
    {
        var (done, ok) = (step.Kind == StepKind.Done, answer.Kind == StepAnswerKind.Ok);
        if (invitation.Tenant == tenant)
        {
            tally.Answer(step, answer);
            Volatile.Write(ref _lastSent, done ? TimeProvider.System.GetTimestamp() : _lastSent);
        }
        else if (done)
        {
            Interlocked.Add(ref _othersRecorded, ok ? 1 : 0);
        }
        else
        {
            Interlocked.Add(ref _othersStarted, ok ? 1 : 0);
            Interlocked.Add(ref _othersRefused, ok ? 0 : 1);
            Interlocked.Add(ref _othersForbidden, ok && forbidden ? 1 : 0);
        }
    }
}
