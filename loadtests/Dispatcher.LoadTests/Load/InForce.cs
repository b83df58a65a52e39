using Dispatcher.Core.Storage;

namespace Dispatcher.LoadTests.Load;

/// <summary>Notes when a cancel by filter says for the first time that it is in force, and tells of each later word.</summary>
/// <param name="first">Called at once, before the cancel goes on.</param>
internal sealed class InForce(Action first, Action<SweepProgress> later) : IProgress<SweepProgress>
{
    /// <summary>Timestamp; 0: not yet.</summary>
    public long At { get; private set; }

    public void Report(SweepProgress value)
    {
        if (At == 0)
        {
            At = TimeProvider.System.GetTimestamp();
            first();
        }

        later(value);
    }
}
