using Dispatcher.Core.Pipeline;

namespace Dispatcher.LoadTests.Load;

/// <summary>
/// Claims, starts and records one batch after the other: for figures of Redis' own time, where nothing should overlap. As a worker does, it
/// says in one call what became of a batch and what starts next.
/// </summary>
internal sealed class SerialSender(ILane lane, int batch)
{
    private readonly List<ClaimedInvitation> _started = [];
    private long _call;

    /// <summary>Claims and starts exactly so many, which must be waiting; what became of the last batch is told with the next, or by <see cref="FinishAsync"/>.</summary>
    /// <exception cref="InvalidOperationException">There was less, or the engine refused a step.</exception>
    public async Task SendAsync(int count, Tally tally, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            var claimed = (await lane.ClaimAsync(++_call, Math.Min(batch, count), cancellationToken)).Entries;
            if (claimed.Count == 0)
            {
                throw new InvalidOperationException($"{count} invitations should wait, and the claim finds none");
            }

            tally.Claim(claimed);
            await AdvanceAsync([.. _started.Select(Steps.Done), .. claimed.Select(Steps.Start)], tally, cancellationToken);
            _started.Clear();
            _started.AddRange(claimed);
            count -= claimed.Count;
        }
    }

    /// <summary>Records the last batch.</summary>
    public async Task FinishAsync(Tally tally, CancellationToken cancellationToken)
    {
        await AdvanceAsync([.. _started.Select(Steps.Done)], tally, cancellationToken);
        _started.Clear();
    }

    /// <summary>Sends exactly so many, to the end.</summary>
    public async Task SendAllAsync(int count, Tally tally, CancellationToken cancellationToken)
    {
        await SendAsync(count, tally, cancellationToken);
        await FinishAsync(tally, cancellationToken);
    }

    private async Task AdvanceAsync(List<Step> steps, Tally tally, CancellationToken cancellationToken)
    {
        var answers = await lane.AdvanceAsync(steps, cancellationToken);
        for (var i = 0; i < steps.Count; i++)
        {
            tally.Answer(steps[i], answers[i]);
        }
    }
}
