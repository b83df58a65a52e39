using Dispatcher.Core.Pipeline;

namespace Dispatcher.LoadTests.Load;

/// <summary>Claims, starts and records one batch after the other: for figures of Redis' own time, where nothing should overlap.</summary>
internal sealed class SerialSender(ILane lane, int batch)
{
    private long _call;

    /// <summary>Sends exactly so many; they must be waiting.</summary>
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
            await AdvanceAsync([.. claimed.Select(Steps.Start)], tally, cancellationToken);
            await AdvanceAsync([.. claimed.Select(Steps.Done)], tally, cancellationToken);
            count -= claimed.Count;
        }
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
