namespace Dispatcher.Core.Pipeline;

/// <summary>Wakes one waiting loop. Set while nobody waits, it is remembered, once. Safe for concurrent calls.</summary>
public sealed class Signal(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _set = new(0, 1);

    public void Set()
    {
        try
        {
            _set.Release();
        }
        catch (Exception e) when (e is SemaphoreFullException or ObjectDisposedException)
        {
            // Set already, or nobody will wait any more.
        }
    }

    /// <summary>Returns when it is set, at the latest after <paramref name="longest"/>.</summary>
    /// <exception cref="OperationCanceledException">By the token.</exception>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _set.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It took the longest.
        }
    }

    public void Dispose() => _set.Dispose();
}
