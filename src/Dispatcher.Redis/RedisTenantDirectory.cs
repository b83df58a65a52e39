using System.Collections.Frozen;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Redis;

/// <summary>
/// Keeps every tenant's settings in memory, and the operators' block list. Asks Redis once a second for the counts of changes, and reads again
/// what moved; until the first reading worked, start-up waits, so that nobody is ever sent for on defaults, or written to, by accident.
/// </summary>
public sealed partial class RedisTenantDirectory(
    RedisConnection redis, QueueLanes lanes, ITenantStore store, BlockedDomainsFeed blocked, TimeProvider time, ILogger<RedisTenantDirectory> logger)
    : BackgroundService, ITenantDirectory
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Replaced whole by the loop, read by everyone.
    private FrozenDictionary<string, TenantSettings> _tenants = FrozenDictionary<string, TenantSettings>.Empty;
    private string? _revision;
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when settings and block list were read for the first time.</summary>
    public Task Loaded => _loaded.Task;

    public TenantSettings Get(string tenant) => _tenants.TryGetValue(tenant, out var settings) ? settings : TenantSettings.Default(tenant);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await blocked.RefreshAsync(stoppingToken).ConfigureAwait(false);
                await RefreshAsync(stoppingToken).ConfigureAwait(false);
                _loaded.TrySetResult();
            }
            catch (StorageUnavailableException e)
            {
                LogUnavailable(e.Message);
            }
            catch (InvalidDataException e)
            {
                // What is known goes on; without anything known nothing is claimed.
                LogUnreadable(e.Message);
            }
        }
        while (await WaitAsync(timer, stoppingToken).ConfigureAwait(false));
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await lanes.EnsureAgreedAsync(cancellationToken).ConfigureAwait(false);
        var seen = (string?)await redis.CallAsync(d => d.HashGetAsync(DispatchKeys.Tenants, DispatchKeys.RevisionField), cancellationToken).ConfigureAwait(false) ?? "0";
        if (seen == _revision)
        {
            return;
        }

        var all = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        _tenants = all.ToFrozenDictionary(t => t.Tenant, StringComparer.Ordinal);
        _revision = seen;
        LogLoaded(all.Count);
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Debug, "Tenants' settings read: {Count}")]
    private partial void LogLoaded(int count);

    [LoggerMessage(LogLevel.Error, "The tenants' settings known before stay in force: {Reason}")]
    private partial void LogUnreadable(string reason);

    [LoggerMessage(LogLevel.Debug, "Tenants' settings not read: {Reason}")]
    private partial void LogUnavailable(string reason);
}
