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
    private static readonly TimeSpan WhileFull = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(500);

    /// <summary>What was read and not acknowledged for so long is taken over.</summary>
    internal TimeSpan AbandonedAfter { get; init; } = TimeSpan.FromSeconds(10);

    // Never ended: where the backlog hovers at its bound, each read may find it full.
    private readonly Outage _full = new(time);

    // These belong to the loop. What is in hand, and what is being read, or was, while that is stored.
    private Sorted? _current;
    private Task<Sorted>? _ahead;

    // Null: it is time to.
    private long? _lookedForAbandoned;

    private bool IsTimeToLook => _lookedForAbandoned is not { } looked || time.GetElapsedTime(looked) >= AbandonedAfter;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outage = new Outage(time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // What could not be stored is kept and tried again before more is taken: left pending, it would wait for a take-over.
                if (_current is null)
                {
                    var read = _ahead ?? NextAsync(stoppingToken);
                    _ahead = null;
                    _current = await read.ConfigureAwait(false);
                    // What is in hand could be taken over, by this worker as by any other: it looks for that with empty hands.
                    _ahead = door.MoreWait && !IsTimeToLook ? NextAsync(stoppingToken) : null;
                }

                await TakeInAsync(_current, stoppingToken).ConfigureAwait(false);
                _current = null;
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

        await ((Task?)_ahead ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await door.LeaveAsync().ConfigureAwait(false);
    }

    private async Task<Sorted> NextAsync(CancellationToken stoppingToken)
    {
        var sorted = new Sorted([.. await ReadAsync(stoppingToken).ConfigureAwait(false)]) { HeldAt = time.GetTimestamp() };
        foreach (var entry in sorted.Entries)
        {
            SortSafely(entry, sorted);
        }

        return sorted;
    }

    /// <summary>Now and then what another worker left behind, else what is new.</summary>
    private async Task<IReadOnlyList<IntakeEntry>> ReadAsync(CancellationToken stoppingToken)
    {
        await door.EnsureGroupAsync(stoppingToken).ConfigureAwait(false);
        if (_current is null && IsTimeToLook)
        {
            // Should this fail, what is new has its turn before it is tried again.
            _lookedForAbandoned = time.GetTimestamp();
            var abandoned = await door.TakeOverAsync(AbandonedAfter, stoppingToken).ConfigureAwait(false);
            if (abandoned.Count > 0)
            {
                _lookedForAbandoned = null;
                return abandoned;
            }
        }

        return await door.ReadAsync(stoppingToken).ConfigureAwait(false);
    }

    /// <summary>What is done is taken off <paramref name="read"/>: should a step fail, the next turn goes on there.</summary>
    private async Task TakeInAsync(Sorted read, CancellationToken stoppingToken)
    {
        var started = time.GetTimestamp();
        await HoldAsync(stoppingToken).ConfigureAwait(false);
        if (read.Entries.Count == 0)
        {
            return;
        }

        while (true)
        {
            // 1. Stored, or refused as a conflict.
            if (read.Accepted.Count > 0)
            {
                var waiting = read.Accepted.ToArray();
                var results = await store.AddAsync([.. waiting.Select(w => w.Invitation)], "stream", stoppingToken).ConfigureAwait(false);
                read.Rejected.AddRange(waiting.Where((_, i) => results[i] == AddResult.Conflict)
                    .Select(w => new RejectedEntry(w.Entry, "id: the same tenant and id is known with other content; use a new id")));
                read.Accepted.Clear();
                read.Accepted.AddRange(waiting.Where((_, i) => results[i] == AddResult.Full));
            }

            // 2. Kept with its reason, unless somebody else has it to do by now.
            if (read.Rejected.Count > 0)
            {
                await HoldAsync(stoppingToken).ConfigureAwait(false);
                var rejected = read.Rejected.Count;
                await door.RejectAsync(read.Rejected, stoppingToken).ConfigureAwait(false);
                if (rejected > 0)
                {
                    LogRejected(rejected);
                }
            }

            // 3. Gone from the door, also when others of the same read have no room yet.
            if (read.Entries.Count > read.Accepted.Count)
            {
                await door.AcknowledgeAsync(read.Done(), stoppingToken).ConfigureAwait(false);
                read.Entries.Clear();
                read.Entries.AddRange(read.Accepted.Select(accepted => accepted.Entry));
            }

            if (read.Accepted.Count == 0)
            {
                break;
            }

            // 4. While the system is full the rest waits, and with it the reading.
            if (_full.IsWorthTelling())
            {
                LogFull();
            }

            await PauseAsync(WhileFull, stoppingToken).ConfigureAwait(false);
            stoppingToken.ThrowIfCancellationRequested();
            await HoldAsync(stoppingToken).ConfigureAwait(false);
        }

        metrics.StageTook(Stages.Intake, time.GetElapsedTime(started));
    }

    /// <summary>Now and then shows that what was read is still in hand, so that nobody takes it over and rejects it once more; and lets go of what
    /// somebody took over all the same, while this worker stood still or could not reach Redis.</summary>
    private async Task HoldAsync(CancellationToken stoppingToken)
    {
        Sorted?[] inHand = [_current, _ahead is { IsCompletedSuccessfully: true } ahead ? await ahead.ConfigureAwait(false) : null];
        foreach (var read in inHand)
        {
            if (read is null || read.Entries.Count == 0 || time.GetElapsedTime(read.HeldAt) < AbandonedAfter / 4)
            {
                continue;
            }

            var now = time.GetTimestamp();
            read.Keep(await door.HoldAsync(read.Entries, stoppingToken).ConfigureAwait(false));
            read.HeldAt = now;
        }
    }

    // The one catch-all of the door: an entry that trips over a bug of ours must not end this worker, and then each that takes the entry over.
    private void SortSafely(IntakeEntry entry, Sorted sorted)
    {
        try
        {
            Sort(entry, sorted);
        }
        catch (Exception e)
        {
            // Not the exception's message: it may quote the entry, which holds personal data.
            var kind = e.GetType().Name;
            LogBug(entry.Id, kind, e.StackTrace);
            sorted.Rejected.Add(new RejectedEntry(entry, $"reading it failed on our side ({kind}); the log says where"));
        }
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

    /// <summary>What was read: which of it are invitations that are not stored yet, and which are none and not kept yet.</summary>
    private sealed record Sorted(List<IntakeEntry> Entries)
    {
        public List<(IntakeEntry Entry, NewInvitation Invitation)> Accepted { get; } = [];

        public List<RejectedEntry> Rejected { get; } = [];

        /// <summary>When it was read, or last shown to be in hand.</summary>
        public required long HeldAt { get; set; }

        /// <summary>Those that were stored, or are kept as rejected.</summary>
        public List<IntakeEntry> Done()
        {
            var waiting = Accepted.Select(accepted => accepted.Entry.Id).ToHashSet();
            return [.. Entries.Where(entry => !waiting.Contains(entry.Id))];
        }

        /// <summary>Lets go of all others.</summary>
        public void Keep(IReadOnlySet<string> ids)
        {
            Entries.RemoveAll(entry => !ids.Contains(entry.Id));
            Accepted.RemoveAll(accepted => !ids.Contains(accepted.Entry.Id));
            Rejected.RemoveAll(rejected => !ids.Contains(rejected.Entry.Id));
        }
    }

    [LoggerMessage(LogLevel.Warning, "The door is left unread for now: {Reason}")]
    private partial void LogUnavailable(string reason);

    [LoggerMessage(LogLevel.Warning, "The door is left unread: the backlog stands at Queue:MaxBacklog, or Redis at its maxmemory")]
    private partial void LogFull();

    [LoggerMessage(LogLevel.Warning, "{Count} entries of the door were no invitations; see stream dispatch:rejected")]
    private partial void LogRejected(int count);

    [LoggerMessage(LogLevel.Error, "Entry {Entry} of the door is rejected because reading it failed: {Exception} {Stack}")]
    private partial void LogBug(string entry, string exception, string? stack);
}
