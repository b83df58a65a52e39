using System.Globalization;

namespace Dispatcher.TestKit.Processes;

/// <summary>A real Redis Cluster of masters without replicas, made by <c>redis-cli</c> as an operator would.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly RedisServer[] _nodes;

    private RedisCluster(RedisServer[] nodes) => _nodes = nodes;

    public IReadOnlyList<RedisServer> Nodes => _nodes;

    public string Configuration => string.Join(',', _nodes.Select(n => n.Configuration));

    /// <summary>Starts three masters and waits until each of them says that all slots are served.</summary>
    public static async Task<RedisCluster> StartAsync(string appendFsync = "no")
    {
        var cluster = new RedisCluster(await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => StartNodeAsync(appendFsync))));
        await ChildProcess.RunAsync(
            "redis-cli", Patience, ["--cluster", "create", .. cluster._nodes.Select(n => n.Configuration), "--cluster-replicas", "0", "--cluster-yes"]);
        foreach (var node in cluster._nodes)
        {
            await Eventually.GetAsync(
                async () => (await node.CliAsync("CLUSTER", "INFO")).Contains("cluster_state:ok", StringComparison.Ordinal) ? node : null,
                Patience,
                "the cluster to be whole");
        }

        return cluster;
    }

    public async Task<int> SlotOfAsync(string key) =>
        int.Parse(await _nodes[0].CliAsync("CLUSTER", "KEYSLOT", key), CultureInfo.InvariantCulture);

    /// <summary>Who serves a slot.</summary>
    public async Task<RedisServer> OwnerAsync(int slot)
    {
        // A line of CLUSTER NODES: id, address, flags, master, ping, pong, epoch, link, then slots (5460, 0-5460, [93->-id] while moving).
        foreach (var fields in (await _nodes[0].CliAsync("CLUSTER", "NODES")).Split('\n').Select(l => l.Split(' ')))
        {
            if (fields.Skip(8).Where(f => f[0] != '[').Any(f => Holds(f, slot)))
            {
                return _nodes.Single(n => fields[1].StartsWith(n.Configuration + "@", StringComparison.Ordinal));
            }
        }

        throw new InvalidOperationException($"nobody serves slot {slot}");
    }

    /// <summary>Moves one slot with all its keys, as <c>redis-cli --cluster reshard</c> does, while the cluster is in use.</summary>
    /// <param name="keysAtOnce">Of one MIGRATE; <c>redis-cli</c> takes 10 unless told otherwise (<c>--cluster-pipeline</c>).</param>
    public async Task MoveSlotAsync(int slot, RedisServer to, int keysAtOnce = 10)
    {
        var from = await OwnerAsync(slot);
        var number = $"{slot}";
        var target = await to.CliAsync("CLUSTER", "MYID");
        await OpenSlotAsync(slot, to);
        while (await from.CliAsync("CLUSTER", "GETKEYSINSLOT", number, $"{keysAtOnce}") is { Length: > 0 } keys)
        {
            await MigrateAsync(from, to, keys.Split('\n'));
        }

        foreach (var node in _nodes.OrderBy(n => n == to ? 0 : n == from ? 1 : 2))
        {
            await node.CliAsync("CLUSTER", "SETSLOT", number, "NODE", target);
        }
    }

    /// <summary>Begins to move a slot: until somebody goes on with that, its keys are on either side.</summary>
    public async Task OpenSlotAsync(int slot, RedisServer to)
    {
        var from = await OwnerAsync(slot);
        await to.CliAsync("CLUSTER", "SETSLOT", $"{slot}", "IMPORTING", await from.CliAsync("CLUSTER", "MYID"));
        await from.CliAsync("CLUSTER", "SETSLOT", $"{slot}", "MIGRATING", await to.CliAsync("CLUSTER", "MYID"));
    }

    /// <summary>Moves some keys of a slot that is open.</summary>
    public static Task MigrateAsync(RedisServer from, RedisServer to, params IEnumerable<string> keys) =>
        from.CliAsync(["MIGRATE", "127.0.0.1", $"{to.Port}", "", "0", "5000", "KEYS", .. keys]);

    /// <summary>Moves some slots from one node to another with <c>redis-cli --cluster reshard</c>, which chooses them.</summary>
    public async Task ReshardAsync(RedisServer from, RedisServer to, int slots) => await ChildProcess.RunAsync(
        "redis-cli",
        Patience,
        "--cluster", "reshard", _nodes[0].Configuration, "--cluster-from", await from.CliAsync("CLUSTER", "MYID"),
        "--cluster-to", await to.CliAsync("CLUSTER", "MYID"), "--cluster-slots", $"{slots}", "--cluster-yes");

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    // Its bus would be at its own port + 10,000, which may be no port at all.
    private static Task<RedisServer> StartNodeAsync(string appendFsync) =>
        RedisServer.StartAsync(appendFsync, "--cluster-enabled", "yes", "--cluster-port", $"{FreePort.Find()}", "--cluster-node-timeout", "2000");

    private static bool Holds(string range, int slot)
    {
        var ends = Array.ConvertAll(range.Split('-'), e => int.Parse(e, CultureInfo.InvariantCulture));
        return ends[0] <= slot && slot <= ends[^1];
    }
}
