using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Intake;

/// <summary>Sends invitations to the store in batches and counts what became of them.</summary>
/// <param name="reportBad">Called for each line that was not taken, in order.</param>
/// <param name="reportProgress">Called after each batch.</param>
internal sealed class BatchEnqueuer(
    IInvitationStore store, string by, Action<long, string> reportBad, Action<EnqueueCounts> reportProgress)
{
    /// <summary>One script call of a few milliseconds; more makes Redis wait, less wastes round trips.</summary>
    public const int BatchSize = 500;

    private readonly List<ReadInvitation> _batch = new(BatchSize);

    public EnqueueCounts Counts { get; private set; } = new();

    /// <summary>True: the system was full, and the lines from there on were not taken.</summary>
    public bool Full { get; private set; }

    /// <summary>Ends with the source, or early when the system is full.</summary>
    public async Task RunAsync(IInvitationSource source, CancellationToken cancellationToken)
    {
        await foreach (var read in source.ReadAllAsync(cancellationToken))
        {
            if (read.Invitation is null)
            {
                Counts = Counts with { Rejected = Counts.Rejected + 1 };
                reportBad(read.Line, read.Reason!);
                continue;
            }

            _batch.Add(read);
            if (_batch.Count == BatchSize)
            {
                await FlushAsync(cancellationToken);
                if (Full)
                {
                    return;
                }
            }
        }

        await FlushAsync(cancellationToken);
    }

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count == 0)
        {
            return;
        }

        var results = await store.AddAsync([.. _batch.Select(read => read.Invitation!)], by, cancellationToken);
        for (var i = 0; i < results.Count; i++)
        {
            Count(results[i], _batch[i].Line);
        }

        _batch.Clear();
        reportProgress(Counts);
    }

    private void Count(AddResult result, long line)
    {
        switch (result)
        {
            case AddResult.Accepted:
                Counts = Counts with { Accepted = Counts.Accepted + 1 };
                break;
            case AddResult.Duplicate:
                Counts = Counts with { Duplicates = Counts.Duplicates + 1 };
                break;
            case AddResult.Conflict:
                Counts = Counts with { Conflicts = Counts.Conflicts + 1 };
                reportBad(line, "conflict: this id is known with other content");
                break;
            case AddResult.Full:
                Full = true;
                break;
            default:
                throw new InvalidOperationException($"The store answered {result}.");
        }
    }
}
