using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Tenants;
using Microsoft.Extensions.Options;

namespace Dispatcher.Worker.Hosting;

/// <summary>
/// Applies <c>Tenants:Path</c> before anything is sent. While Redis does not answer it tries again each second, for half a minute;
/// then the start fails, and whoever started the worker decides.
/// </summary>
internal sealed partial class TenantsApplier(
    IOptions<TenantsOptions> options, ITenantStore store, TimeProvider time, ILogger<TenantsApplier> logger) : IHostedService
{
    private const int Attempts = 30;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    /// <exception cref="UsageException">The files are wrong.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Path is not { Length: > 0 } path)
        {
            return;
        }

        var read = TenantFiles.Read(path);
        if (read.Problems.Count > 0)
        {
            throw new UsageException("Tenants:Path: " + string.Join(Environment.NewLine, read.Problems));
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var changed = 0;
                foreach (var tenant in read.Tenants)
                {
                    changed += await store.ApplyAsync(tenant, cancellationToken) == ApplyResult.Unchanged ? 0 : 1;
                }

                LogApplied(read.Tenants.Count, changed);
                return;
            }
            catch (StorageUnavailableException exception) when (attempt < Attempts)
            {
                LogWaiting(exception.Message);
                await Task.Delay(Wait, time, cancellationToken);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} tenants applied from files, {Changed} of them new or changed")]
    private partial void LogApplied(int count, int changed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tenants can't be applied yet: {Reason}")]
    private partial void LogWaiting(string reason);
}
