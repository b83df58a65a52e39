namespace Dispatcher.Core.Checks;

/// <summary>A check that needs nothing from outside and so decides at once.</summary>
public abstract class SyncCheck : ICheck
{
    public abstract string Name { get; }

    /// <summary>Pure; called from many threads.</summary>
    public abstract CheckVerdict Check(CheckSubject subject);

    public ValueTask<CheckVerdict> CheckAsync(CheckSubject subject, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Check(subject));
}
