using System.Threading.Tasks.Sources;

namespace Dispatcher.Smtp.Connections;

/// <summary>Lets one loop wait for one signal, again and again, without allocation. Each <see cref="Set"/> is for one wait.</summary>
internal sealed class WakeSignal : IValueTaskSource
{
    // The loop goes on elsewhere: whoever wakes it has other things to do.
    private ManualResetValueTaskSourceCore<bool> _signal = new() { RunContinuationsAsynchronously = true };

    public ValueTask WaitAsync() => new(this, _signal.Version);

    public void Set() => _signal.SetResult(true);

    public void GetResult(short token)
    {
        _signal.GetResult(token);
        _signal.Reset();
    }

    public ValueTaskSourceStatus GetStatus(short token) => _signal.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _signal.OnCompleted(continuation, state, token, flags);
}
