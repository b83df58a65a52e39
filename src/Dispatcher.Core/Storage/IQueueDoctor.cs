namespace Dispatcher.Core.Storage;

/// <summary>Looks at the whole queue, as it is in Redis, for what an operator should know. Same errors and threading as
/// <see cref="IInvitationStore"/>.</summary>
public interface IQueueDoctor
{
    /// <summary>Changes nothing. Takes as long as a walk over all records.</summary>
    ValueTask<QueueExamination> ExamineAsync(CancellationToken cancellationToken);

    /// <summary>Compares places and counters with the records now, in every lane, and puts right what is wrong. Nothing has to be stopped for it.</summary>
    ValueTask<ReconcileReport> RepairAsync(CancellationToken cancellationToken);
}
