namespace Dispatcher.Core.Storage;

/// <summary>Looks at the whole queue, as it is in Redis, for what an operator should know. Same errors and threading as
/// <see cref="IInvitationStore"/>.</summary>
public interface IQueueDoctor
{
    /// <summary>Changes nothing. Takes as long as a walk over all records.</summary>
    /// <param name="progress">Told after each step; null: nobody asks.</param>
    ValueTask<QueueExamination> ExamineAsync(IProgress<WalkProgress>? progress, CancellationToken cancellationToken);

    /// <summary>Compares places and counters with the records now, in every lane, and puts right what is wrong. Nothing has to be stopped for it.</summary>
    /// <param name="progress">Told after each step; null: nobody asks.</param>
    ValueTask<ReconcileReport> RepairAsync(IProgress<WalkProgress>? progress, CancellationToken cancellationToken);
}

/// <param name="Looked">Keys looked at so far, in all lanes.</param>
/// <param name="Share">Of all keys there are, about; 0 to 1.</param>
public readonly record struct WalkProgress(long Looked, double Share);
