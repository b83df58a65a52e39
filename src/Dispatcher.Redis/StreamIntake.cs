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
/// and another takes them; ids make that harmless. While the system is full the door is left unread. Where much waits, the next entries are read
/// and looked at while these are stored. Ends when the host stops.
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
        Sorted? current = null;
        Task<Sorted>? ahead = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // What could not be stored is kept and tried again before more is taken: left pending, it would wait for a take-over.
                if (current is null)
                {
                    var read = ahead ?? NextAsync(stoppingToken);
                    ahead = null;
                    current = await read.ConfigureAwait(false);
                    ahead = current.Entries.Count >= IntakeStream.MostRead ? NextAsync(stoppingToken) : null;
                }

                await TakeInAsync(current, stoppingToken).ConfigureAwait(false);
                current = null;
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

        await ((Task?)ahead ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await door.LeaveAsync().ConfigureAwait(false);
    }

    private async Task<Sorted> NextAsync(CancellationToken stoppingToken)
    {
        var sorted = new Sorted(await ReadAsync(stoppingToken).ConfigureAwait(false));
        foreach (var entry in sorted.Entries)
        {
            Sort(entry, sorted);
        }

        return sorted;
    }

    /// <summary>Now and then what another worker left behind, else what is new.</summary>
    private async Task<IReadOnlyList<IntakeEntry>> ReadAsync(CancellationToken stoppingToken)
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

    private async Task TakeInAsync(Sorted read, CancellationToken stoppingToken)
    {
        var (entries, rejected) = (read.Entries, new List<RejectedEntry>(read.Rejected));
        if (entries.Count == 0)
        {
            return;
        }

        var started = time.GetTimestamp();

        // 1. Stored, or refused as a conflict. While the system is full this waits, and with it the reading.
        var waiting = read.Accepted;
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

        // 2. Kept with its reason, then gone from the door.
        await door.RejectAsync(rejected, stoppingToken).ConfigureAwait(false);
        await door.AcknowledgeAsync(entries, stoppingToken).ConfigureAwait(false);
        if (rejected.Count > 0)
        {
            LogRejected(rejected.Count);
        }

        metrics.StageTook(Stages.Intake, time.GetElapsedTime(started));
    }

    private void Sort(IntakeEntry entry, Sorted sorted)
    {
        if (entry.Body is null)
        {
            sorted.Rejected.Add(new RejectedEntry(entry, "the entry has no field 'invitation'; XADD dispatch:intake * invitation '<json>'"));
            return;
        }

        var read = InvitationReader.Read(entry.Body, new InvitationReadContext(null, "x-" + entry.Id, time.GetUtcNow()));
        if (read.Ok)
        {
            sorted.Accepted.Add((entry, NewInvitationFactory.Create(entry.Body, read.Invitation, time.GetUtcNow())));
        }
        else
        {
            sorted.Rejected.Add(new RejectedEntry(entry, read.Reason));
        }
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken stoppingToken) =>
        await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>What was read: which of it are invitations, and which are none.</summary>
    private sealed record Sorted(IReadOnlyList<IntakeEntry> Entries)
    {
        public List<(IntakeEntry Entry, NewInvitation Invitation)> Accepted { get; } = [];

        public List<RejectedEntry> Rejected { get; } = [];
    }

    [LoggerMessage(LogLevel.Warning, "The door is left unread for now: {Reason}")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(LogLevel.Warning, "The door is left unread: the backlog stands at Queue:MaxBacklog, or Redis at its maxmemory")]
    private partial void LogFull();

    [LoggerMessage(LogLevel.Warning, "{Count} entries of the door were no invitations; see stream dispatch:rejected")]
    private partial void LogRejected(int count);
}
