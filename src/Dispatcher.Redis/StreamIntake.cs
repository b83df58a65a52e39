using System.Text;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Metrics;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Redis;

/// <summary>
/// Reads the public door, stream <c>dispatch:intake</c>: what is an invitation goes into its lane, what is none goes to
/// <c>dispatch:rejected</c>; only then is the entry acknowledged and deleted. A worker that dies in between leaves its entries pending,
/// and another takes them; ids make that harmless. While the system is full the door is left unread. Ends when the host stops.
/// </summary>
public sealed partial class StreamIntake(
    IntakeStream door,
    IInvitationStore store,
    DispatcherMetrics metrics,
    TimeProvider time,
    ILogger<StreamIntake> logger) : BackgroundService
{
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan WhileFull = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(500);

    // Null: never. Belongs to the loop.
    private long? _lookedForAbandoned;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outage = new Outage(time);
        IReadOnlyList<IntakeEntry> entries = [];
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // What could not be stored is kept and tried again before more is read: left pending, it would wait for a take-over.
                if (entries.Count == 0)
                {
                    entries = await NextAsync(stoppingToken).ConfigureAwait(false);
                }

                await TakeInAsync(entries, stoppingToken).ConfigureAwait(false);
                entries = [];
                outage.Ended();
            }
            catch (StorageUnavailableException e)
            {
                if (outage.IsWorthTelling())
                {
                    LogUnavailable(e.Message);
                }

                await PauseAsync(AfterFailure, stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
        }

        await door.LeaveAsync().ConfigureAwait(false);
    }

    /// <summary>Now and then what another worker left behind, else what is new.</summary>
    private async Task<IReadOnlyList<IntakeEntry>> NextAsync(CancellationToken stoppingToken)
    {
        await door.EnsureGroupAsync(stoppingToken).ConfigureAwait(false);
        if (_lookedForAbandoned is not { } looked || time.GetElapsedTime(looked) >= AbandonedAfter)
        {
            var abandoned = await door.TakeOverAsync(AbandonedAfter, stoppingToken).ConfigureAwait(false);
            if (abandoned.Count > 0)
            {
                return abandoned;
            }

            _lookedForAbandoned = time.GetTimestamp();
        }

        return await door.ReadAsync(stoppingToken).ConfigureAwait(false);
    }

    private async Task TakeInAsync(IReadOnlyList<IntakeEntry> entries, CancellationToken stoppingToken)
    {
        if (entries.Count == 0)
        {
            return;
        }

        // 1. What is an invitation, and what is none.
        var started = time.GetTimestamp();
        var rejected = new List<RejectedEntry>();
        var accepted = new List<(IntakeEntry Entry, NewInvitation Invitation)>();
        foreach (var entry in entries)
        {
            Sort(entry, accepted, rejected);
        }

        // 2. Stored, or refused as a conflict. While the system is full this waits, and with it the reading.
        var waiting = accepted;
        while (waiting.Count > 0)
        {
            var results = await store.AddAsync([.. waiting.Select(w => w.Invitation)], "stream", stoppingToken).ConfigureAwait(false);
            rejected.AddRange(waiting.Where((_, i) => results[i] == AddResult.Conflict)
                .Select(w => new RejectedEntry(w.Entry, "id: the same tenant and id is known with other content; use a new id")));
            waiting = [.. waiting.Where((_, i) => results[i] == AddResult.Full)];
            if (waiting.Count > 0)
            {
                LogFull();
                await PauseAsync(WhileFull, stoppingToken).ConfigureAwait(false);
                stoppingToken.ThrowIfCancellationRequested();
            }
        }

        // 3. Kept with its reason, then gone from the door.
        await door.RejectAsync(rejected, stoppingToken).ConfigureAwait(false);
        await door.AcknowledgeAsync(entries, stoppingToken).ConfigureAwait(false);
        if (rejected.Count > 0)
        {
            LogRejected(rejected.Count);
        }

        metrics.StageTook(Stages.Intake, time.GetElapsedTime(started));
    }

    private void Sort(IntakeEntry entry, List<(IntakeEntry, NewInvitation)> accepted, List<RejectedEntry> rejected)
    {
        if (entry.Body is null)
        {
            rejected.Add(new RejectedEntry(entry, "the entry has no field 'invitation'; XADD dispatch:intake * invitation '<json>'"));
            return;
        }

        var read = InvitationReader.Read(entry.Body, new InvitationReadContext(null, "x-" + entry.Id, time.GetUtcNow()));
        if (read.Ok)
        {
            accepted.Add((entry, NewInvitationFactory.Create(entry.Body, read.Invitation, time.GetUtcNow())));
        }
        else
        {
            rejected.Add(new RejectedEntry(entry, read.Reason));
        }
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken stoppingToken) =>
        await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    [LoggerMessage(LogLevel.Warning, "The door is left unread for now: {Reason}")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(LogLevel.Warning, "The door is left unread: the backlog stands at Queue:MaxBacklog, or Redis at its maxmemory")]
    private partial void LogFull();

    [LoggerMessage(LogLevel.Warning, "{Count} entries of the door were no invitations; see stream dispatch:rejected")]
    private partial void LogRejected(int count);
}
