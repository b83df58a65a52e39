using Dispatcher.Core.Storage;
using Dispatcher.LoadTests.Servers;
using Dispatcher.LoadTests.Statistics;

namespace Dispatcher.LoadTests.Load;

/// <summary>
/// A cancel by filter while a worker sends: what it does to the sends, and whether it is exact. The worker also takes its turns at the
/// cancel, as every worker does. Afterwards it goes on until nothing is left.
/// </summary>
/// <param name="paused">The tenants whose invitations match are paused until the cancel has ended.</param>
/// <param name="rate">The limit of the tenant that stays, a second, until the cancel has ended; 0: as fast as the worker can.</param>
/// <param name="times">What Redis has spent until now.</param>
/// <param name="progress">Told what is going on, again and again.</param>
internal sealed class CancelBesideSends(Engine producer, Engine worker, CancelSize size, bool paused, int rate, Func<Task<RedisTimes>> times, Action<FormattableString> progress)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Tally _tally = new(size.Staying);

    public async Task<CancelBesideSendsResult> RunAsync(CancellationToken cancellationToken)
    {
        if (paused)
        {
            await EachMatchingAsync(scope => producer.Control.PauseAsync(scope, cancellationToken));
        }

        if (rate > 0)
        {
            await LimitAsync(new TemporaryLimits { Rate = new(rate, Math.Max(2, rate / 10)) }, cancellationToken);
        }

        var sender = new WatchedSender(worker.Lane, size.Batch, size.StayingTenant, _tally);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await worker.Lane.BeatAsync(cancellationToken); // connected before anything is measured
        var sending = sender.RunAsync(cancellationToken);
        var keeping = KeepHouseAsync(ended.Token);

        // 1. The rate without the cancel.
        await SentAsync(sender, sending, size.Before, cancellationToken);
        var before = Mark(sender);
        await SentAsync(sender, sending, 2L * size.Before, cancellationToken);
        var spent = await times();
        var begun = Mark(sender);

        // 2. The cancel.
        var inForce = new InForce(sender.ForbidOthers, p => progress($"{p.Matched:N0} cancelled, {sender.Sent:N0} sent"));
        var count = await producer.Invitations.CancelAsync(new InvitationFilter { TemplateId = CancelSize.Template }, "load-test", inForce, cancellationToken);
        var end = Mark(sender);
        spent = await times() - spent;

        // 3. What is left, now that nobody is paused or limited.
        if (paused)
        {
            await EachMatchingAsync(scope => producer.Control.ResumeAsync(scope, cancellationToken));
        }

        if (rate > 0)
        {
            await LimitAsync(null, cancellationToken);
        }

        sender.EndWhenEmpty();
        while (await Task.WhenAny(sending, Task.Delay(Second, cancellationToken)) != sending)
        {
            progress($"cancelled; {_tally.Recorded:N0} of {size.Staying:N0} sent");
        }

        await sending;
        await ended.CancelAsync();
        await keeping;
        return new CancelBesideSendsResult(
            count,
            Seconds(begun.At, end.At),
            Seconds(begun.At, inForce.At) * 1000,
            spent,
            Window(sender, before, begun),
            Window(sender, begun, end),
            end.Own == size.Staying,
            sender,
            _tally);
    }

    private SendWindow Window(WatchedSender sender, Moment from, Moment to)
    {
        // Who has nothing left to send is not held up.
        var until = to.Own == size.Staying ? Math.Min(to.At, sender.LastSent) : to.At;
        var seconds = Seconds(from.At, until);
        return seconds <= 0
            ? new SendWindow(0, 0, new Percentiles([]))
            : new SendWindow((to.Own - from.Own) / seconds, (to.All - from.All) / seconds, sender.Calls.Between(from.At, until));
    }

    private Moment Mark(WatchedSender sender) => new(TimeProvider.System.GetTimestamp(), _tally.Recorded, sender.Sent);

    private ValueTask LimitAsync(TemporaryLimits? limits, CancellationToken cancellationToken) =>
        producer.Control.LimitAsync(QueueScope.Tenant(size.StayingTenant), limits, cancellationToken);

    private async Task EachMatchingAsync(Func<QueueScope, ValueTask> change)
    {
        foreach (var tenant in size.MatchingTenants)
        {
            await change(QueueScope.Tenant(tenant));
        }
    }

    private async Task SentAsync(WatchedSender sender, Task sending, long count, CancellationToken cancellationToken)
    {
        var expected = Math.Min(count, size.Staying + (paused ? 0 : size.Matching)); // there may be less
        using var timer = new PeriodicTimer(Look);
        var (sent, since) = (0L, TimeProvider.System.GetTimestamp());
        while (sender.Sent < expected && !sending.IsCompleted && await timer.WaitForNextTickAsync(cancellationToken))
        {
            progress($"before the cancel: {sender.Sent:N0} sent");
            if (sender.Sent > sent)
            {
                (sent, since) = (sender.Sent, TimeProvider.System.GetTimestamp());
            }
            else if (TimeProvider.System.GetElapsedTime(since) > Patience)
            {
                throw new TimeoutException($"nothing is sent any more: {sent} of {expected} were");
            }
        }

        if (sending.IsFaulted)
        {
            await sending;
        }
    }

    /// <summary>What a worker does each second: a heartbeat, and its turn at the cancel.</summary>
    private async Task KeepHouseAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Second);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await worker.Lane.BeatAsync(cancellationToken);
                await worker.CarryOnRulesAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The worker ends.
        }
    }

    private static double Seconds(long from, long to) => TimeProvider.System.GetElapsedTime(from, to).TotalSeconds;

    /// <param name="Own">Sent until then, of what stays.</param>
    /// <param name="All">Sent until then.</param>
    private readonly record struct Moment(long At, long Own, long All);
}
