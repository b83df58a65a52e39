namespace Dispatcher.EndToEnd.Tests;

/// <summary>How many messages the end, or the standstill, of one worker may repeat (docs/state-machine.md).</summary>
internal static class RepeatBound
{
    /// <summary>Within which an outcome is stored (docs/architecture.md): what a kill can take with it besides what is on the wire.</summary>
    private const double FlushSeconds = 0.005;

    /// <param name="connections">Of the worker.</param>
    /// <param name="perSecond">Messages that were sent in a second.</param>
    public static double Of(int connections, double perSecond) => (2 * connections) + (perSecond * FlushSeconds);
}
