namespace Dispatcher.Smtp.Connections;

/// <summary>
/// Keeps connections between messages. A slot stands for one connection in use; whoever holds a slot takes an idle connection first and
/// opens one only when there is none, so that there are never more open than slots. The connection used last is taken first, and the
/// others grow old: a timer closes those that nobody used for the idle time.
/// </summary>
/// <remarks>Safe for concurrent calls.</remarks>
internal sealed class SmtpConnectionPool : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly int _messagesPerConnection;
    private readonly TimeSpan _idleTime;
    private readonly SemaphoreSlim _slots;
    private readonly ITimer _sweeper;
    private readonly Lock _gate = new();
    private readonly List<SmtpConnection> _idle = []; // under _gate; the one used last is at the end
    private bool _disposed; // under _gate

    public SmtpConnectionPool(SmtpOptions options, TimeProvider time)
    {
        _time = time;
        _messagesPerConnection = options.MessagesPerConnection;
        _idleTime = TimeSpan.FromSeconds(options.IdleSeconds);
        _slots = new SemaphoreSlim(options.Connections);
        _sweeper = time.CreateTimer(static pool => ((SmtpConnectionPool)pool!).Sweep(), this, _idleTime, _idleTime);
    }

    /// <summary>Waits for a slot. Each must be given back by <see cref="Leave"/> once.</summary>
    public Task EnterAsync(CancellationToken cancellation) => _slots.WaitAsync(cancellation);

    /// <summary>A kept connection that looks alive, or null.</summary>
    public SmtpConnection? TakeIdle()
    {
        while (true)
        {
            SmtpConnection connection;
            lock (_gate)
            {
                if (_idle.Count == 0)
                {
                    return null;
                }

                connection = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
            }

            if (connection.IsHealthy)
            {
                return connection;
            }

            connection.Dispose();
        }
    }

    /// <summary>Gives a slot back, with the connection that was used, if one was.</summary>
    public void Leave(SmtpConnection? connection)
    {
        if (connection is not null && !TryKeep(connection))
        {
            // The slot stays taken until the server's side is closed too: a relay counts that connection until then.
            _ = CloseThenReleaseAsync(connection);
            return;
        }

        _slots.Release();
    }

    public async ValueTask DisposeAsync()
    {
        await _sweeper.DisposeAsync();
        SmtpConnection[] idle;
        lock (_gate)
        {
            _disposed = true;
            idle = [.. _idle];
            _idle.Clear();
        }

        await Task.WhenAll(idle.Select(connection => connection.QuitAsync()));
    }

    private bool TryKeep(SmtpConnection connection)
    {
        lock (_gate)
        {
            if (_disposed || !connection.IsUsable || connection.Messages >= _messagesPerConnection)
            {
                return false;
            }

            connection.IdleSince = _time.GetTimestamp();
            _idle.Add(connection);
            return true;
        }
    }

    private async Task CloseThenReleaseAsync(SmtpConnection connection)
    {
        await connection.QuitAsync();
        _slots.Release();
    }

    private void Sweep()
    {
        var old = new List<SmtpConnection>();
        lock (_gate)
        {
            var count = _idle.TakeWhile(connection => _time.GetElapsedTime(connection.IdleSince) >= _idleTime).Count();
            old.AddRange(_idle.Take(count));
            _idle.RemoveRange(0, count);
        }

        foreach (var connection in old)
        {
            _ = connection.QuitAsync();
        }
    }
}
