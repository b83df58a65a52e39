using Dispatcher.Core.Storage;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>Asks Redis and every lane, by reads alone, and has <see cref="DoctorFindings"/> judge.</summary>
public sealed class RedisQueueDoctor(
    RedisConnection redis, QueueLanes lanes, RedisReconciler reconciler, IQueueControl control, IOptions<QueueOptions> options, TimeProvider time) : IQueueDoctor
{
    private const int MostTenants = 10;

    public async ValueTask<QueueExamination> ExamineAsync(IProgress<WalkProgress>? progress, CancellationToken cancellationToken)
    {
        var looked = await TellerAsync(progress, cancellationToken).ConfigureAwait(false);
        var meta = await redis.CallAsync(d => d.HashGetAllAsync(DispatchKeys.Meta), cancellationToken).ConfigureAwait(false);
        var agreed = new AgreedFacts(Field(meta, "lanes"), Field(meta, "schema"), lanes.Count, QueueLanes.Schema);

        var examiner = new LaneExaminer(redis, reconciler, options.Value);
        var examined = new List<ExaminedLane>();
        foreach (var lane in agreed.Fits ? lanes.All : [])
        {
            examined.Add(await examiner.ExamineAsync(lane, looked, cancellationToken).ConfigureAwait(false));
        }

        var now = examined.Count > 0 ? examined.Max(e => e.Facts.At - e.Facts.ClockAhead) : time.GetUtcNow();
        var examination = new QueueExamination
        {
            Servers = await ServersAsync(examined, cancellationToken).ConfigureAwait(false),
            Agreed = agreed,
            Lanes = [.. examined.Select(e => e.Facts)],
            Door = await new DoorExaminer(redis).ExamineAsync(now, cancellationToken).ConfigureAwait(false),
            Tenants = [.. examined.SelectMany(e => e.Tenants).OrderByDescending(t => t.Waiting).Take(MostTenants)],
            Scopes = await control.ListAsync(cancellationToken).ConfigureAwait(false),
            Sizes = [.. examined.SelectMany(e => e.Sizes), .. await SizesAsync(cancellationToken).ConfigureAwait(false)],
            Findings = [],
        };
        return examination with { Findings = DoctorFindings.Of(examination, options.Value, now) };
    }

    public async ValueTask<ReconcileReport> RepairAsync(IProgress<WalkProgress>? progress, CancellationToken cancellationToken)
    {
        var looked = await TellerAsync(progress, cancellationToken).ConfigureAwait(false);
        var report = new ReconcileReport();
        foreach (var lane in lanes.All)
        {
            report += await reconciler.RepairAsync(lane, looked, cancellationToken).ConfigureAwait(false);
        }

        return report;
    }

    /// <summary>Adds up steps over all lanes; null: nobody asks.</summary>
    private async Task<Action<long>?> TellerAsync(IProgress<WalkProgress>? progress, CancellationToken cancellationToken)
    {
        if (progress is null)
        {
            return null;
        }

        var all = 0L;
        foreach (var server in await redis.MastersAsync(cancellationToken).ConfigureAwait(false))
        {
            all += await redis.CallAsync(_ => server.DatabaseSizeAsync(), cancellationToken).ConfigureAwait(false);
        }

        var sum = 0L;
        return keys =>
        {
            sum += keys;
            progress.Report(new WalkProgress(sum, Math.Min(1, sum / (double)Math.Max(all, 1))));
        };
    }

    private async Task<IReadOnlyList<RedisFacts>> ServersAsync(List<ExaminedLane> examined, CancellationToken cancellationToken)
    {
        // Each with a key that it holds.
        var infos = examined.Count > 0
            ? examined.Select(e => (e.Info, Key: lanes.All[e.Facts.Lane].Lane))
            : [(RedisInfo.Parse((string)(await TryAsync("INFO", cancellationToken).ConfigureAwait(false))! ?? ""), DispatchKeys.Meta)];

        // Asked of one server, for all of a cluster: they are set up alike.
        var config = await TryAsync("CONFIG", cancellationToken, "GET", "appendfsync").ConfigureAwait(false);
        var otherLibraries = OtherLibraries(await TryAsync("FUNCTION", cancellationToken, "LIST", "LIBRARYNAME", ScriptLibrary.Prefix + "*").ConfigureAwait(false));
        var fsync = config is null ? null : LaneReplies.Pairs(config).GetValueOrDefault("appendfsync");
        var servers = new List<RedisFacts>();
        foreach (var (info, key) in infos.DistinctBy(i => i.Info.GetValueOrDefault("run_id")))
        {
            var cluster = info.GetValueOrDefault("cluster_enabled") == "1" ? await TryAsync("CLUSTER", cancellationToken, "INFO").ConfigureAwait(false) : null;
            servers.Add(RedisInfo.Facts(info, fsync, cluster is null ? null : RedisInfo.Parse(cluster.Text()).GetValueOrDefault("cluster_state")) with
            {
                OtherLibraries = otherLibraries,
                AheadOfHost = await AheadOfHostAsync(key, cancellationToken).ConfigureAwait(false),
            });
        }

        return servers;
    }

    /// <summary>Of the server that holds this key. Null: it does not tell.</summary>
    private async Task<TimeSpan?> AheadOfHostAsync(RedisKey key, CancellationToken cancellationToken)
    {
        try
        {
            var server = await redis.CallAsync(
                async d => d.Multiplexer.GetServer((await d.IdentifyEndpointAsync(key).ConfigureAwait(false))!), cancellationToken).ConfigureAwait(false);
            return await HostClock.AheadAsync(async () => await redis.CallAsync(_ => server.TimeAsync(), cancellationToken).ConfigureAwait(false), time).ConfigureAwait(false);
        }
        catch (StorageUnavailableException e) when (e.InnerException is RedisServerException)
        {
            return null;
        }
    }

    private static IReadOnlyList<string> OtherLibraries(RedisResult? list) =>
        [.. ((RedisResult[]?)list ?? []).Select(library => library.Rows()[1].Text()).Where(name => name != ScriptLibrary.Name)]; // behind 'library_name'

    private async Task<List<KeySize>> SizesAsync(CancellationToken cancellationToken)
    {
        var sizes = new List<KeySize>();
        foreach (var (key, count) in new[]
        {
            (DispatchKeys.Intake, "XLEN"), (DispatchKeys.Rejected, "XLEN"), (DispatchKeys.Tenants, "HLEN"), (DispatchKeys.Destinations, "HLEN"), (DispatchKeys.Control, "HLEN"),
        })
        {
            var bytes = await redis.CallAsync(d => d.ExecuteAsync("MEMORY", "USAGE", key), cancellationToken).ConfigureAwait(false);
            if (!bytes.IsNull)
            {
                var entries = await redis.CallAsync(d => d.ExecuteAsync(count, key), cancellationToken).ConfigureAwait(false);
                sizes.Add(new KeySize(key!, (long)bytes, (long)entries));
            }
        }

        return sizes;
    }

    /// <summary>Null: the server does not allow this command, as some that are rented do.</summary>
    private Task<RedisResult?> TryAsync(string command, CancellationToken cancellationToken, params object[] arguments) => redis.CallAsync(
        async database =>
        {
            try
            {
                return await database.ExecuteAsync(command, arguments).ConfigureAwait(false);
            }
            catch (RedisServerException)
            {
                return (RedisResult?)null;
            }
        },
        cancellationToken);

    private static string? Field(HashEntry[] hash, string name) => hash.Where(f => f.Name == name).Select(f => (string?)f.Value).FirstOrDefault();
}
