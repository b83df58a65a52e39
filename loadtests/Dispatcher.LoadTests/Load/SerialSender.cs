using Dispatcher.Core.Pipeline;

namespace Dispatcher.LoadTests.Load;

/// <summary>
/// Claims, starts and records one batch after the other: for figures of Redis' own time, where nothing should overlap. As a worker does, it
/// says in one call what became of a batch and what starts next.
/// </summary>
internal sealed class SerialSender(ILane lane, int batch)
{
    // Of outcomes, and of starts: a worker asks for at most 128 steps.
    private const int InACall = 64;

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
            await AdvanceAsync(claimed, tally, cancellationToken);
            count -= claimed.Count;
        }
    }

    /// <summary>Records the last batch.</summary>
    public Task FinishAsync(Tally tally, CancellationToken cancellationToken) => AdvanceAsync([], tally, cancellationToken);

    /// <summary>Sends exactly so many, to the end.</summary>
    public async Task SendAllAsync(int count, Tally tally, CancellationToken cancellationToken)
    {
        await SendAsync(count, tally, cancellationToken);
        await FinishAsync(tally, cancellationToken);
    }

    private async Task AdvanceAsync(IReadOnlyList<ClaimedInvitation> claimed, Tally tally, CancellationToken cancellationToken)
    {
        for (var at = 0; at < Math.Max(_started.Count, claimed.Count); at += InACall)
        {
            List<Step> steps = [.. _started.Skip(at).Take(InACall).Select(Steps.Done), .. claimed.Skip(at).Take(InACall).Select(Steps.Start)];
            var answers = await lane.AdvanceAsync(steps, cancellationToken);
            for (var i = 0; i < steps.Count; i++)
            {
                tally.Answer(steps[i], answers[i]);
            }
        }

        _started.Clear();
        _started.AddRange(claimed);
    }
}
