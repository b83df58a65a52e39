using Dispatcher.Core.Feedback;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Intake;

namespace Dispatcher.Worker.Feedback;

/// <summary>Reads lines as events, records them in batches, and counts what became of them. Used by one request or command.</summary>
/// <param name="by">The door, for the trail.</param>
/// <param name="sender">Whose events may come; null: anybody's.</param>
/// <param name="reject">Called for each line that was not taken: its number and why.</param>
internal sealed class FeedbackLines(IFeedbackStore store, string by, string? sender, Action<long, string> reject)
{
    private const int BatchSize = 128;

    private readonly List<(long Line, FeedbackEvent Event)> _batch = new(BatchSize);

    public FeedbackCounts Counts { get; private set; } = new();

    public async ValueTask AddAsync(InputLine line, CancellationToken cancellationToken)
    {
        if (LineDecoder.Problem(line, FeedbackReader.MaxBytes) is { } problem)
        {
            Reject(line.Number, problem);
            return;
        }

        var read = FeedbackReader.Read(line.Bytes.Span, sender);
        if (!read.Ok)
        {
            Reject(line.Number, string.Join("; ", read.Problems));
            return;
        }

        _batch.Add((line.Number, read.Items[0]));
        if (_batch.Count == BatchSize)
        {
            await FlushAsync(cancellationToken);
        }
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count == 0)
        {
            return;
        }

        var results = await store.RecordAsync([.. _batch.Select(item => item.Event)], by, cancellationToken);
        for (var i = 0; i < results.Count; i++)
        {
            Count(results[i], _batch[i].Line);
        }

        _batch.Clear();
    }

    private void Count(FeedbackResult result, long line)
    {
        switch (result)
        {
            case FeedbackResult.Changed:
                Counts = Counts with { Changed = Counts.Changed + 1 };
                break;
            case FeedbackResult.Noted:
                Counts = Counts with { Noted = Counts.Noted + 1 };
                break;
            case FeedbackResult.Stale:
                Counts = Counts with { Stale = Counts.Stale + 1 };
                break;
            case FeedbackResult.Early:
                Reject(line, "its attempt is still under way; send it again in a moment");
                break;
            case FeedbackResult.Unknown:
                Reject(line, "there is no such invitation, or not any more");
                break;
            default:
                throw new InvalidOperationException($"The store answered {result}.");
        }
    }

    private void Reject(long line, string reason)
    {
        Counts = Counts with { Rejected = Counts.Rejected + 1 };
        reject(line, reason);
    }
}
