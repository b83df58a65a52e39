using System.Threading.Channels;
using Dispatcher.Core.Pipeline;

namespace Dispatcher.LoadTests.Load;

/// <summary>
/// A worker without mail: claims while the batch before is started and recorded, as the product's claimer and advancer do. Outcomes go with
/// the next batch's starts in one call. Ends when everything expected was claimed, by whomever, and its own outcomes are recorded.
/// </summary>
internal sealed class NullSender(ILane lane, int batch, Tally tally)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly Channel<IReadOnlyList<ClaimedInvitation>> _batches =
        Channel.CreateBounded<IReadOnlyList<ClaimedInvitation>>(new BoundedChannelOptions(2) { SingleReader = true, SingleWriter = true });

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var beats = BeatAsync(ended.Token);
        await Task.WhenAll(Task.Run(() => ClaimAsync(ended.Token), ended.Token), Task.Run(() => AdvanceAsync(ended.Token), ended.Token));
        await ended.CancelAsync();
        await beats;
    }

    private async Task ClaimAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (var call = 1L; !tally.AllClaimed; call++)
            {
                var claimed = (await lane.ClaimAsync(call, batch, cancellationToken)).Entries;
                tally.Claim(claimed);
                if (claimed.Count > 0)
                {
                    await _batches.Writer.WriteAsync(claimed, cancellationToken);
                }
                else if (!tally.AllClaimed)
                {
                    await lane.WaitForWorkAsync(Poll, cancellationToken);
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
        IReadOnlyList<ClaimedInvitation> sent = [];
        await foreach (var claimed in _batches.Reader.ReadAllAsync(cancellationToken))
        {
            await AdvanceAsync([.. sent.Select(Steps.Done), .. claimed.Select(Steps.Start)], cancellationToken);
            sent = claimed;
        }

        await AdvanceAsync([.. sent.Select(Steps.Done)], cancellationToken);
    }

    private async Task AdvanceAsync(List<Step> steps, CancellationToken cancellationToken)
    {
        if (steps.Count == 0)
        {
            return;
        }

        var answers = await lane.AdvanceAsync(steps, cancellationToken);
        for (var i = 0; i < steps.Count; i++)
        {
            tally.Answer(steps[i], answers[i]);
        }
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Beat);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await lane.BeatAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the work is the end of the lease.
        }
    }
}
