using Dispatcher.Core.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Dispatcher.Worker.Http;

/// <summary>Ready while Redis answers and the host isn't stopping.</summary>
internal sealed class QueueHealthCheck(ISystemStatus status, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("draining");
        }

        try
        {
            await status.PingAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (StorageUnavailableException exception)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }
}
