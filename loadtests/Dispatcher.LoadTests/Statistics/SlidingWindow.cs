namespace Dispatcher.LoadTests.Statistics;

internal static class SlidingWindow
{
    /// <summary>The largest number of events in any half-open span of time of that length.</summary>
    /// <param name="sorted">Times of events, ascending, in the unit of <paramref name="length"/>.</param>
    public static int Largest(IReadOnlyList<double> sorted, double length)
    {
        int first = 0, largest = 0;
        for (var last = 0; last < sorted.Count; last++)
        {
            while (sorted[last] - sorted[first] >= length)
            {
                first++;
            }

            largest = Math.Max(largest, last - first + 1);
        }

        return largest;
    }
}
