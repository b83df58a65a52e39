using System.Diagnostics;

namespace Dispatcher.LoadTests.Load;

/// <summary>Wall clock and this process' processor time since it was made.</summary>
internal sealed class Elapsed
{
    private readonly long _begun = TimeProvider.System.GetTimestamp();
    private readonly TimeSpan _cpu = CpuNow();

    public double Seconds => TimeProvider.System.GetElapsedTime(_begun).TotalSeconds;

    public double CpuMicroseconds => (CpuNow() - _cpu).TotalMicroseconds;

    private static TimeSpan CpuNow()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
