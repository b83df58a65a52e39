namespace Dispatcher.Simulators.Smtp;

/// <summary>Counts messages, keeps as many as it may, and wakes who waits for a count. Safe for concurrent calls.</summary>
internal sealed class MessageLog(int most)
{
    private readonly Lock _gate = new();
    private readonly List<ReceivedMessage> _kept = []; // under _gate
    private readonly List<(long Count, TaskCompletionSource Reached)> _waiting = []; // under _gate
    private long _accepted; // under _gate
    private long _withheld; // under _gate

    public long Accepted => Volatile.Read(ref _accepted);

    public long Withheld => Volatile.Read(ref _withheld);

    public IReadOnlyList<ReceivedMessage> Kept
    {
        get
        {
            lock (_gate)
            {
                return [.. _kept];
            }
        }
    }

    /// <param name="acknowledged">False: the reply was withheld.</param>
    /// <param name="messages">One for each recipient; empty when nothing is to be kept.</param>
    public void Add(bool acknowledged, IEnumerable<ReceivedMessage> messages)
    {
        lock (_gate)
        {
            _ = acknowledged ? _accepted++ : _withheld++;
            _kept.AddRange(messages.Take(most - _kept.Count));
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                if (_accepted >= _waiting[i].Count)
                {
                    _waiting[i].Reached.SetResult();
                    _waiting.RemoveAt(i);
                }
            }
        }
    }

    public Task WaitForAsync(long accepted, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_accepted >= accepted)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((accepted, reached));
            return reached.Task.WaitAsync(cancellation);
        }
    }
}
