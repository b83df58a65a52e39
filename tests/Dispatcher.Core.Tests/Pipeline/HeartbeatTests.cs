using Dispatcher.Core.Metrics;
using Dispatcher.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Core.Tests.Pipeline;

public sealed class HeartbeatTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly FakeLane _lane = new();
    private readonly LineLogger _log = new();

    [Fact]
    public async Task Beat_ClockOfTheLaneIsAhead_IsToldWhenItBeginsBecomesWorseAndEnds()
    {
        var told = await BeatAsync([4, 3600, 3599, 3000, 86400, 1, 0, 0], ahead => _lane.ClockAhead = ahead);

        Assert.Equal([0, 1, 1, 1, 2, 2, 3, 3], told);
        Assert.Contains("1.00:00:00", _log.Lines[1], StringComparison.Ordinal);
        Assert.StartsWith("Information", _log.Lines[2], StringComparison.Ordinal);
    }

    /// <summary>Clocks of hosts are never quite the same.</summary>
    [Fact]
    public async Task Beat_ClocksOfRedisAndHostDiffer_IsToldWhenItBeginsBecomesWorseAndEnds()
    {
        var told = await BeatAsync([-4, -3600, -3599, -3, -86400, -1, 1, 62], ahead => _lane.AheadOfHost = ahead);

        Assert.Equal([0, 1, 1, 1, 2, 3, 3, 4], told);
        Assert.Contains("01:00:00 behind", _log.Lines[0], StringComparison.Ordinal);
        Assert.StartsWith("Information", _log.Lines[2], StringComparison.Ordinal);
        Assert.Contains("00:01:02 ahead of", _log.Lines[3], StringComparison.Ordinal);
    }

    /// <summary>A worker of the same name held them before it was killed. Some thousand in one call were more than Redis takes, time and again.</summary>
    [Fact]
    public async Task Beat_ManyStrangers_AreGivenBackInSmallCalls()
    {
        for (var i = 0; i < 300; i++)
        {
            _lane.Add($"a{i}");
        }

        await _lane.ClaimAsync(1, 300, default);
        List<int> calls = [];
        _lane.Answering = steps =>
        {
            calls.Add(steps.Count);
            return Task.CompletedTask;
        };

        await BeatAsync([0, 0], _ => { });

        Assert.Equal([128, 128, 44], calls);
        Assert.Equal((0, 300), (_lane.Held, _lane.Queued));
    }

    /// <summary>How many lines were logged by the time a beat had said each.</summary>
    private async Task<List<int>> BeatAsync(int[] seconds, Action<TimeSpan> say)
    {
        await using var services = new ServiceCollection().AddLogging().AddDispatcherMetrics().BuildServiceProvider();
        using var dueSoon = new Signal(_time);
        using var stop = new CancellationTokenSource();
        var heartbeat = new Heartbeat(
            _lane, new Lease(_time, TimeSpan.FromSeconds(4)), new LaneWork(), dueSoon, services.GetRequiredService<DispatcherMetrics>(), _time, _log);
        var running = heartbeat.RunAsync(stop.Token);
        Assert.True(await _lane.Beaten.WaitAsync(Patience));
        List<int> told = [];

        foreach (var one in seconds)
        {
            say(TimeSpan.FromSeconds(one));
            // The second begins when all has been said of the first.
            for (var beat = 0; beat < 2; beat++)
            {
                _time.Advance(Heartbeat.Interval);
                Assert.True(await _lane.Beaten.WaitAsync(Patience));
            }

            told.Add(_log.Lines.Count);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        return told;
    }

    private sealed class LineLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
