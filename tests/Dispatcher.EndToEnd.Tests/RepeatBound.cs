namespace Dispatcher.EndToEnd.Tests;

/// <summary>How many messages the end, or the standstill, of one worker may repeat (docs/state-machine.md).</summary>
internal static class RepeatBound
{
    // Within which an outcome is stored (docs/architecture.md), which a kill can take with it besides what is on the wire: by the time a call
    // takes, or by what comes together for one, within the longest pace: two that are not answered yet, and the next.
    private const double FlushSeconds = 0.005;
    private const double Together = 32;
    private const double PaceSeconds = 0.016;
    private const int Calls = 3;

    /// <param name="connections">Of the worker.</param>
    /// <param name="perSecond">Messages that were sent in a second.</param>
    public static double Of(int connections, double perSecond) => (2 * connections) + Math.Max(perSecond * FlushSeconds, Calls * Math.Min(perSecond * PaceSeconds, Together));
}
