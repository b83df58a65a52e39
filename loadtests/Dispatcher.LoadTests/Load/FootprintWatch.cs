using System.Diagnostics;

namespace Dispatcher.LoadTests.Load;

/// <summary>How much memory and how many threads this process had at most since it was made, beyond what it had then.</summary>
internal sealed class FootprintWatch : IDisposable
{
    private readonly Lock _gate = new();
    private readonly long _bytes;
    private readonly int _threads;
    private readonly Timer _timer;
    private long _mostBytes;
    private int _mostThreads;

    public FootprintWatch()
    {
        GC.Collect();
        (_bytes, _threads) = Now();
        _timer = new Timer(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }

    public double MegabytesMore
    {
        get
        {
            Look();
            return Math.Max(0, _mostBytes - _bytes) / 1e6;
        }
    }

    public int ThreadsMore
    {
        get
        {
            Look();
            return Math.Max(0, _mostThreads - _threads);
        }
    }

    public void Dispose() => _timer.Dispose();

    private static (long Bytes, int Threads) Now()
    {
        using var process = Process.GetCurrentProcess();
        return (process.WorkingSet64, process.Threads.Count);
    }

    private void Look()
    {
        lock (_gate)
        {
            var (bytes, threads) = Now();
            (_mostBytes, _mostThreads) = (Math.Max(_mostBytes, bytes), Math.Max(_mostThreads, threads));
        }
    }
}
