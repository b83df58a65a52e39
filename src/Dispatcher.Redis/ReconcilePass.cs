using System.Globalization;
using Dispatcher.Core.Storage;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>One walk through a lane: cursors and sums between the steps of <c>reconcile.lua</c>. Used once, by one caller.</summary>
/// <param name="turn">A pass that takes long keeps the lane's turn for so long, time and again.</param>
/// <param name="looked">Told how many keys each step has looked at.</param>
internal sealed class ReconcilePass(RedisConnection redis, LaneKeys lane, bool repair, TimeSpan turn, Action<long>? looked, TimeProvider time)
{
    /// <summary>So many unfinished records are counted in one step; as <c>AT_ONCE</c> in the script.</summary>
    private const int AtOnce = 1000;

    private const int HoldersPerStep = 50;
    private const int MostNamed = 5;
    private const int NamesPerCount = 500;
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(1);

    private readonly Script _script = repair ? Script.Reconcile : Script.Compare;
    private readonly RecentKeys _recent = new();
    private readonly RecordSums _sums = new();
    private readonly HashSet<string> _tenants = new(StringComparer.Ordinal);
    private readonly HashSet<string> _groups = new(StringComparer.Ordinal);
    private readonly HashSet<string> _readyGroups = new(StringComparer.Ordinal);
    private readonly HashSet<string> _workers = new(StringComparer.Ordinal);
    private List<RedisValue>? _unfinished = [];
    private long _turnKept = time.GetTimestamp();
    private ReconcileReport _report = new();

    public async Task<ReconcileReport> RunAsync(CancellationToken cancellationToken)
    {
        // 1. Every record and every queue: are they where they belong.
        var begin = (await redis.RunAsync(_script, lane.Lane, [Mode, "begin"], cancellationToken).ConfigureAwait(false)).Rows();
        var (server, moves, seq) = (begin[0].Text(), (long)begin[1], (long)begin[2]);
        await WalkAsync(["keys"], cancellationToken).ConfigureAwait(false);

        // 2. Every place: does nothing stand there that does not belong.
        foreach (var worker in _workers)
        {
            await WalkAsync(["held", worker], cancellationToken).ConfigureAwait(false);
        }

        await WalkAsync(["later"], cancellationToken).ConfigureAwait(false);
        await WalkAsync(["limited"], cancellationToken).ConfigureAwait(false);
        await WalkAsync(["ready", ""], cancellationToken).ConfigureAwait(false);
        foreach (var group in _readyGroups)
        {
            await WalkAsync(["ready", group], cancellationToken).ConfigureAwait(false);
        }

        // 3. Counters: of flows, then of records.
        var holders = _sums.Holders(inHand: false).ToHashSet(StringComparer.Ordinal);
        var holding = _sums.Holders(inHand: true).Concat(_groups.Select(g => "g:" + g)).ToHashSet(StringComparer.Ordinal);
        foreach (var names in _tenants.Chunk(HoldersPerStep))
        {
            var reply = await StepAsync(["tenants", .. Values(names)], cancellationToken).ConfigureAwait(false);
            holders.UnionWith(reply[3].Texts().Select(name => "t:" + name));
            holding.UnionWith(reply[4].Texts().Select(name => "t:" + name));
        }

        await StepAsync(["lane", .. Values(_readyGroups)], cancellationToken).ConfigureAwait(false);
        await CountAsync(server, moves, seq, [.. holders], [.. holding], cancellationToken).ConfigureAwait(false);
        return _report;
    }

    private RedisValue Mode => repair ? "repair" : "look";

    private async Task WalkAsync(string[] step, CancellationToken cancellationToken)
    {
        var cursor = "0";
        do
        {
            var reply = await StepAsync([step[0], cursor, .. Values(step[1..])], cancellationToken).ConfigureAwait(false);
            cursor = reply[0].Text();
            if (step[0] == "keys")
            {
                var keys = (long)reply[1];
                _report = _report with { Looked = _report.Looked + keys };
                looked?.Invoke(keys);
            }

            if (reply.Length > 3)
            {
                TakeRecords(reply[3].Rows());
                TakeNames(reply[4].Texts());
                TakeUnreadable(reply[5].Texts());
            }
        }
        while (cursor != "0");
    }

    private void TakeRecords(RedisResult[] rows)
    {
        for (var i = 0; i + 4 < rows.Length; i += 5)
        {
            var key = rows[i].Text();
            if (!_recent.Add(key))
            {
                continue;
            }

            _sums.Add(rows[i + 1].Text(), (int)rows[i + 2], rows[i + 3].Text(), rows[i + 4].Text());
            _unfinished?.Add(key);
            if (_unfinished?.Count > AtOnce)
            {
                _unfinished = null;
            }
        }
    }

    private void TakeNames(string[] names)
    {
        foreach (var name in names)
        {
            var colon = name.IndexOf(':', StringComparison.Ordinal);
            var kind = name[..colon];
            var set = kind switch { "t" => _tenants, "g" => _groups, "held" => _workers, _ => _readyGroups };
            set.Add(name[(colon + 1)..]);
        }
    }

    private void TakeUnreadable(string[] keys)
    {
        foreach (var key in keys.Where(_recent.Add))
        {
            _report = _report with
            {
                Unreadable = _report.Unreadable + 1,
                UnreadableKeys = _report.Unreadable < MostNamed ? [.. _report.UnreadableKeys, key] : _report.UnreadableKeys,
            };
        }
    }

    /// <summary>As exactly as can be: all known records in one step; what workers hold in one step; the rest by the sums of the walk, within
    /// what has moved meanwhile.</summary>
    private async Task CountAsync(string server, long moves, long seq, string[] holders, string[] holding, CancellationToken cancellationToken)
    {
        string[] all = [.. holders.Union(holding)];
        if (_unfinished is { } known)
        {
            foreach (var names in Chunks(all, NamesPerCount))
            {
                await StepAsync(["count", server, "known", seq, names.Length, .. Values(names), .. known], cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        // What workers hold says all only where every record that should be held is: the walk has seen to that, if it may repair.
        var inHand = repair || _report.Held == 0;
        foreach (var names in inHand ? Chunks(holding, NamesPerCount) : [])
        {
            var reply = await StepAsync(["count", server, "held", 0, names.Length, .. Values(names)], cancellationToken).ConfigureAwait(false);
            inHand &= (long)reply[1] == 1;
        }

        await WalkedAsync(_sums.OfLane(!inHand)).ConfigureAwait(false);
        foreach (var names in Chunks(inHand ? holders : all, HoldersPerStep))
        {
            await WalkedAsync(names.SelectMany(name => _sums.OfHolder(name, !inHand))).ConfigureAwait(false);
        }

        Task WalkedAsync(IEnumerable<(string Name, string Field, long Number)> sums) => StepAsync(
            ["count", server, "walked", moves, 0, .. sums.SelectMany(s => new RedisValue[] { s.Name, s.Field, s.Number.ToString(CultureInfo.InvariantCulture) })],
            cancellationToken);
    }

    // One at least: the lane's own counters are among what is counted.
    private static IEnumerable<string[]> Chunks(string[] names, int most) => names.Length == 0 ? [[]] : names.Chunk(most);

    private static IEnumerable<RedisValue> Values(IEnumerable<string> names) => names.Select(name => (RedisValue)name);

    private async Task<RedisResult[]> StepAsync(RedisValue[] arguments, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var reply = (await redis.RunAsync(_script, lane.Lane, [Mode, .. arguments], cancellationToken).ConfigureAwait(false)).Rows();
        var faults = (long[])reply[2]!;
        _report += new ReconcileReport { Queue = faults[0], Later = faults[1], Held = faults[2], Strays = faults[3], Flows = faults[4], Counters = faults[5], Ended = faults[6], Order = faults[7] };
        if (repair && time.GetElapsedTime(_turnKept) > turn / 2)
        {
            _turnKept = time.GetTimestamp();
            await redis.CallAsync(d => d.KeyExpireAsync(lane.ReconcileTurn, turn), cancellationToken).ConfigureAwait(false);
        }

        var took = time.GetElapsedTime(started);
        await Task.Delay(took > LeastPause ? took : LeastPause, time, cancellationToken).ConfigureAwait(false);
        return reply;
    }
}
