namespace Dispatcher.Core.Pipeline;

/// <summary>How many invitations end a second, smoothed over a few seconds. One writer loop samples; anyone adds.</summary>
public sealed class Throughput
{
    private const double Smoothing = 0.5;

    private long _ended;
    private long _sampled;

    public double PerSecond { get; private set; }

    public void Add(int count) => Interlocked.Add(ref _ended, count);

    /// <summary>Called by the sampler, every <paramref name="interval"/>.</summary>
    public void Sample(TimeSpan interval)
    {
        var now = Interlocked.Read(ref _ended);
        PerSecond += Smoothing * (((now - _sampled) / interval.TotalSeconds) - PerSecond);
        _sampled = now;
    }
}
