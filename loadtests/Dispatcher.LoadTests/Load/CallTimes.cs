using Dispatcher.LoadTests.Statistics;

namespace Dispatcher.LoadTests.Load;

/// <summary>How long calls took. Safe for concurrent use.</summary>
internal sealed class CallTimes
{
    private readonly List<(long Begun, long Ended)> _calls = [];

    public async Task<T> MeasureAsync<T>(Func<Task<T>> call)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var answer = await call();
        lock (_calls)
        {
            _calls.Add((begun, TimeProvider.System.GetTimestamp()));
        }

        return answer;
    }

    /// <summary>Milliseconds of the answered calls that were under way, if for a part only, between two timestamps.</summary>
    public Percentiles Between(long from, long to)
    {
        lock (_calls)
        {
            return new Percentiles(_calls
                .Where(c => c.Begun < to && c.Ended > from)
                .Select(c => TimeProvider.System.GetElapsedTime(c.Begun, c.Ended).TotalMilliseconds));
        }
    }
}
