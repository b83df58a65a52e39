using System.Globalization;
using StackExchange.Redis;

namespace Dispatcher.Redis.Tests;

/// <summary>All of a lane at one moment, and whether it is in order: each unfinished invitation in exactly one place, counters as the records say.</summary>
internal sealed class LanePicture
{
    private const string Lua = """
        local P, out = ARGV[1], {}
        local function say(...) out[#out + 1] = table.concat({ ... }, '|') end
        for _, rk in ipairs(redis.call('KEYS', P .. 'i:*')) do
          local v = redis.call('HMGET', rk, 's', 'w', 'a', 't', 'st')
          say('record', string.sub(rk, #P + 3), v[1], v[2] or '', v[3] or '0', v[4], v[5] or '')
        end
        for _, key in ipairs(redis.call('ZRANGE', P .. 'later', 0, -1)) do say('place', key, 'later') end
        for _, list in ipairs(redis.call('KEYS', P .. 'q:*')) do
          local tenant = string.sub(list, #P + 3)
          local ready, idle = redis.call('ZSCORE', P .. 'ready', tenant), redis.call('ZSCORE', P .. 'idle', tenant)
          say('flow', tenant, ready and 'ready' or '', idle and 'idle' or '')
          for _, key in ipairs(redis.call('LRANGE', list, 0, -1)) do say('place', key, 'q:' .. tenant) end
        end
        for _, set in ipairs(redis.call('KEYS', P .. 'held:*')) do
          local worker = string.sub(set, #P + 6)
          say('holder', worker, redis.call('ZSCORE', P .. 'workers', worker) and 'known' or '')
          for _, key in ipairs(redis.call('SMEMBERS', set)) do say('place', key, 'held:' .. worker) end
        end
        local lane = redis.call('HGETALL', P .. 'lane')
        for i = 1, #lane, 2 do if string.sub(lane[i], 1, 2) == 'n:' then say('n', string.sub(lane[i], 3), lane[i + 1]) end end
        local counts = redis.call('HGETALL', P .. 'counts')
        for i = 1, #counts, 2 do say('count', counts[i], counts[i + 1]) end
        return out
        """;

    private readonly List<string> _faults = [];

    /// <summary>Empty: all is in order.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>State and status by record key.</summary>
    public Dictionary<string, (string State, string Status)> Records { get; } = new(StringComparer.Ordinal);

    public static async Task<LanePicture> TakeAsync(Engine engine)
    {
        var lane = engine.Lanes.All[0];
        var reply = await engine.Redis.CallAsync(d => d.ScriptEvaluateAsync(Lua, [lane.Lane], [lane.Prefix]), default);
        var picture = new LanePicture();
        picture.Judge([.. ((string[])reply).Select(line => line.Split('|'))]);
        return picture;
    }

    private void Judge(IReadOnlyList<string[]> lines)
    {
        var places = lines.Where(l => l[0] == "place").ToLookup(l => l[1], l => l[2], StringComparer.Ordinal);
        var states = new Dictionary<string, long>(StringComparer.Ordinal);
        var statuses = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (key, state, worker, attempt, tenant, status) in lines.Where(l => l[0] == "record").Select(l => (l[1], l[2], l[3], l[4], l[5], l[6])))
        {
            Records[key] = (state, status);
            JudgePlaces(key, state, worker, tenant, [.. places[key]]);
            Add(statuses, $"{tenant} {Shown(state, attempt, status)}");
            if (state != "final")
            {
                Add(states, state);
            }
        }

        foreach (var stray in places.Where(p => !Records.ContainsKey(p.Key)))
        {
            _faults.Add($"{stray.Key} is in {string.Join(", ", stray)} without a record");
        }

        _faults.AddRange(lines.Where(l => l[0] == "flow" && (l[2] == "" || l[3] != "")).Select(l => $"flow {l[1]} has entries and is '{l[2]}' '{l[3]}'"));
        _faults.AddRange(lines.Where(l => l[0] == "holder" && l[2] == "").Select(l => $"{l[1]} holds and can never be judged"));
        Compare("state", lines.Where(l => l[0] == "n" && l[1] != "uncertain").ToDictionary(l => l[1], l => Number(l[2])), states);
        Compare("status", lines.Where(l => l[0] == "count").ToDictionary(l => l[1], l => Number(l[2])), statuses);
    }

    private void JudgePlaces(string key, string state, string worker, string tenant, string[] where)
    {
        var queue = $"q:{tenant}";
        string[] expected = state switch
        {
            "scheduled" or "deferred" => ["later"],
            "queued" => [queue],
            "claimed" or "sending" => [$"held:{worker}"],
            _ => [],
        };

        // The entry of a queue's list stays there when an invitation is cancelled or settled; the claim passes over it.
        var found = state == "final" ? [.. where.Where(w => w != queue)] : where;
        if (!found.SequenceEqual(expected, StringComparer.Ordinal))
        {
            _faults.Add($"{key} is {state} and in [{string.Join(", ", where)}]");
        }

        if (worker != "" && state is not ("claimed" or "sending"))
        {
            _faults.Add($"{key} is {state} and held by {worker}");
        }
    }

    private void Compare(string what, Dictionary<string, long> counted, Dictionary<string, long> real)
    {
        _faults.AddRange(counted.Keys.Union(real.Keys)
            .Where(k => counted.GetValueOrDefault(k) != real.GetValueOrDefault(k))
            .Select(k => $"{what} {k}: counted {counted.GetValueOrDefault(k)}, there are {real.GetValueOrDefault(k)}"));
    }

    private static string Shown(string state, string attempt, string status) => state switch
    {
        "final" => status,
        "sending" => "sending",
        "deferred" => "scheduled-for-later",
        _ => attempt == "0" ? "queued" : "scheduled-for-later",
    };

    private static void Add(Dictionary<string, long> sums, string field) => sums[field] = sums.GetValueOrDefault(field) + 1;

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
