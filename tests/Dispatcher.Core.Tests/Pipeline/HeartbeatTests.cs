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
        await using var services = new ServiceCollection().AddLogging().AddDispatcherMetrics().BuildServiceProvider();
        using var dueSoon = new Signal(_time);
        using var stop = new CancellationTokenSource();
        var heartbeat = new Heartbeat(
            _lane, new Lease(_time, TimeSpan.FromSeconds(4)), new LaneWork(), dueSoon, services.GetRequiredService<DispatcherMetrics>(), _time, _log);
        var running = heartbeat.RunAsync(stop.Token);
        Assert.True(await _lane.Beaten.WaitAsync(Patience));
        List<int> told = [];

        foreach (var seconds in new[] { 4, 3600, 3599, 3000, 86400, 1, 0, 0 })
        {
            _lane.ClockAhead = TimeSpan.FromSeconds(seconds);
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
        Assert.Equal([0, 1, 1, 1, 2, 2, 3, 3], told);
        Assert.Contains("1.00:00:00", _log.Lines[1], StringComparison.Ordinal);
        Assert.StartsWith("Information", _log.Lines[2], StringComparison.Ordinal);
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
