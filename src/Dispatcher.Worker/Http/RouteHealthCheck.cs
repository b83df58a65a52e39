using Dispatcher.Smtp;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Dispatcher.Worker.Http;

/// <summary>Ready when it is known where mail goes. Whether the relay answers is not asked: while it is away mail waits, and taking the
/// pod out of service would help nobody.</summary>
internal sealed class RouteHealthCheck(IOptions<SmtpOptions> smtp) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(!string.IsNullOrEmpty(smtp.Value.RoutesFile)
            ? HealthCheckResult.Healthy($"routes in {smtp.Value.RoutesFile}")
            : string.IsNullOrWhiteSpace(smtp.Value.Host)
            ? HealthCheckResult.Unhealthy("no relay is set; set Smtp:Host")
            : HealthCheckResult.Healthy($"relay {smtp.Value.Host}:{smtp.Value.Port}"));
}
