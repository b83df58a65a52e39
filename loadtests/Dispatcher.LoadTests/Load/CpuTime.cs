using Dispatcher.LoadTests.Statistics;

namespace Dispatcher.LoadTests.Load;

/// <summary>What one thread's work costs, again and again.</summary>
internal static class CpuTime
{
    private const int Batches = 31;

    /// <returns>The median batch's processor time of this process, in microseconds a piece, and the bytes that the thread allocated for one.</returns>
    public static (double Micros, double Bytes) Measure(int pieces, Func<int> work, CancellationToken cancellationToken)
    {
        var times = new double[Batches];
        long allocated = 0;

        // The first batches let the compiler finish its work.
        for (var batch = -Batches; batch < Batches; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Environment.CpuUsage.TotalTime;
            for (var n = 0; n < pieces; n++)
            {
                work();
            }

            var took = Environment.CpuUsage.TotalTime - started;
            if (batch >= 0)
            {
                times[batch] = took.TotalMicroseconds / pieces;
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }

        return (new Percentiles(times).At(0.5), (double)allocated / pieces);
    }
}
