namespace Dispatcher.Core.Pipeline;

/// <summary>
/// How many invitations end a second: up at once, since a burst that is claimed in small pieces costs more the longer that takes to be seen; down
/// over a second or two, since work comes in fits. One writer loop samples; anyone adds.
/// </summary>
public sealed class Throughput
{
    private const double Falling = 0.25;

    private long _ended;
    private long _sampled;

    public double PerSecond { get; private set; }

    public void Add(int count) => Interlocked.Add(ref _ended, count);

    /// <summary>Called by the sampler, again and again.</summary>
    /// <param name="elapsed">Since it did so before; zero: nothing can be said yet.</param>
    public void Sample(TimeSpan elapsed)
    {
        if (elapsed <= TimeSpan.Zero)
        {
            return;
        }

        var now = Interlocked.Read(ref _ended);
        var rate = (now - _sampled) / elapsed.TotalSeconds;
        PerSecond = rate >= PerSecond ? rate : PerSecond + (Falling * (rate - PerSecond));
        _sampled = now;
    }
}
