using Dispatcher.Core.Metrics;
using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Metrics;

/// <summary>
/// Wakes every few seconds, reads the totals over all processes, and hands them to the gauges. While Redis can't be asked the gauges
/// say nothing. Ends with the host.
/// </summary>
internal sealed partial class QueueGaugePoller(
    ISystemStatus status, QueueGauges gauges, DispatcherMetrics metrics, TimeProvider time, ILogger<QueueGaugePoller> logger) : BackgroundService
{
    /// <summary>Held so that every instrument exists from the start, and a first scrape of an idle worker shows what there is.</summary>
    private readonly DispatcherMetrics _metrics = metrics;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
            {
                await ReadAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task ReadAsync(CancellationToken stoppingToken)
    {
        try
        {
            gauges.Latest = await status.ReadAsync(tenants: false, stoppingToken);
        }
        catch (StorageUnavailableException exception)
        {
            if (gauges.Latest is not null)
            {
                LogUnavailable(exception.Message);
            }

            gauges.Latest = null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Queue gauges are empty until Redis answers: {Reason}")]
    private partial void LogUnavailable(string reason);
}
