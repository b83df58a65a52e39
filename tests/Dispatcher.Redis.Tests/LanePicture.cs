using System.Globalization;
using Dispatcher.Core.Statuses;
using StackExchange.Redis;

namespace Dispatcher.Redis.Tests;

/// <summary>All of a lane at one moment, and whether it is in order: each unfinished invitation in exactly one place, counters as the records say.</summary>
internal sealed class LanePicture
{
    private const string Lua = """
        local P, out = ARGV[1], {}
        local function say(...) out[#out + 1] = table.concat({ ... }, '|') end
        local ended = {}
        for _, entry in ipairs(redis.call('LRANGE', P .. 'ended', 0, -1)) do
          for key in string.gmatch(entry, ' (%S+)') do ended[key] = tonumber(string.match(entry, '^%d+')) end
        end
        for _, name in ipairs(redis.call('KEYS', P .. 'state:*')) do
          local key, packed = string.sub(name, #P + 7), redis.call('GET', name)
          local state, worker, attempts, status, tenant, group = string.match(packed, '^(.-)\t(.-)\t(.-)\t.-\t(.-)\t.-\t(.-)\t(.-)\t')
          local newest = tonumber(string.match(packed, '\n(%d+)\t[^\n]*\n$'))
          local number = tonumber(string.match(packed, '^' .. ('[^\t]*\t'):rep(9) .. '(%d+)\t'))
          local at = number and (number - 1) % 256 * 22
          if state ~= 'final' and number and redis.call('GETRANGE', P .. 'order:' .. math.floor((number - 1) / 256), at, at + 21) ~= key then say('unlisted', key) end
          if state == 'final' and (not ended[key] or newest and ended[key] < newest) then say('never', key) end
          if redis.call('EXISTS', P .. 'i:' .. key) == 1 then say('record', key, state, worker, attempts, tenant, status, group) end
        end
        for _, name in ipairs(redis.call('KEYS', P .. 'order:*')) do
          local there = 0
          for key in string.gmatch(redis.call('GET', name), ('.'):rep(22)) do there = there + redis.call('EXISTS', P .. 'state:' .. key) end
          if there == 0 and redis.call('STRLEN', name) == 256 * 22 then say('left', name) end
          if string.match(name, '%d+$') + 0 < (redis.call('HGET', P .. 'lane', 'oldest') or '0') + 0 then say('before', name) end
        end
        for _, key in ipairs(redis.call('ZRANGE', P .. 'later', 0, -1)) do say('place', key, 'later') end
        for _, list in ipairs(redis.call('KEYS', P .. 'q:*')) do
          local flow = string.sub(list, #P + 3)
          local group = string.match(flow, '/(.*)$')
          local ready, limited = redis.call('ZSCORE', P .. 'ready' .. (group and ':' .. group or ''), flow), redis.call('ZSCORE', P .. 'limited', flow)
          say('flow', flow, ready and 'ready' or '', limited and 'limited' or '')
          for _, key in ipairs(redis.call('LRANGE', list, 0, -1)) do say('place', key, 'q:' .. flow) end
        end
        for _, name in ipairs({ 'ready', 'limited' }) do
          for _, flow in ipairs(redis.call('ZRANGE', P .. name, 0, -1)) do
            if redis.call('EXISTS', P .. 'q:' .. flow) == 0 then say('empty', flow, name) end
          end
        end
        for _, set in ipairs(redis.call('KEYS', P .. 'held:*')) do
          local worker = string.sub(set, #P + 6)
          say('holder', worker, redis.call('ZSCORE', P .. 'workers', worker) and 'known' or '')
          for _, key in ipairs(redis.call('SMEMBERS', set)) do say('place', key, 'held:' .. worker) end
        end
        local lane = redis.call('HGETALL', P .. 'lane')
        for i = 1, #lane, 2 do if string.sub(lane[i], 1, 2) == 'n:' then say('n', string.sub(lane[i], 3), lane[i + 1]) end end
        say('active', redis.call('HGET', P .. 'lane', 'active') or '0')
        for _, kind in ipairs({ 't', 'g' }) do
          for _, key in ipairs(redis.call('KEYS', P .. kind .. ':*')) do
            local all = redis.call('HGETALL', key)
            for i = 1, #all, 2 do say(kind, string.sub(key, #P + 3), all[i], all[i + 1]) end
          end
        end
        return out
        """;

    private static readonly HashSet<string> Counters = [.. StatusCatalog.All.Select(s => StatusCatalog.Code(s.Status)), "claimed", "flows"];

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
        picture.Judge([.. reply.Texts().Select(line => line.Split('|'))]);
        return picture;
    }

    private void Judge(IReadOnlyList<string[]> lines)
    {
        var places = lines.Where(l => l[0] == "place").ToLookup(l => l[1], l => l[2], StringComparer.Ordinal);
        var states = new Dictionary<string, long>(StringComparer.Ordinal);
        var tenants = new Dictionary<string, long>(StringComparer.Ordinal);
        var groups = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var record in lines.Where(l => l[0] == "record"))
        {
            var (key, state, worker, attempt, tenant, status, group) = (record[1], record[2], record[3], record[4], record[5], record[6], record[7]);
            Records[key] = (state, status);
            JudgePlaces(key, state, worker, group == "" ? tenant : $"{tenant}/{group}", [.. places[key]]);
            Add(tenants, $"{tenant} {Shown(state, attempt, status)}");
            if (state == "claimed")
            {
                Add(tenants, $"{tenant} claimed");
            }

            if (group != "" && state is "claimed" or "sending")
            {
                Add(groups, $"{group} {state}");
            }

            if (state != "final")
            {
                Add(states, state);
            }
        }

        foreach (var stray in places.Where(p => !Records.ContainsKey(p.Key)))
        {
            _faults.Add($"{stray.Key} is in {string.Join(", ", stray)} without a record");
        }

        foreach (var flow in lines.Where(l => l[0] == "flow"))
        {
            if (flow[2] == "" == (flow[3] == ""))
            {
                _faults.Add($"flow {flow[1]} has entries and is '{flow[2]}' '{flow[3]}'");
            }

            if (flow[2] != "")
            {
                Add(tenants, $"{flow[1].Split('/')[0]} flows");
            }
        }

        _faults.AddRange(lines.Where(l => l[0] == "empty").Select(l => $"flow {l[1]} is {l[2]} and has no entries"));
        _faults.AddRange(lines.Where(l => l[0] == "never").Select(l => $"{l[1]} has ended and will never be forgotten"));
        _faults.AddRange(lines.Where(l => l[0] == "unlisted").Select(l => $"{l[1]} is not in the order of acceptance"));
        _faults.AddRange(lines.Where(l => l[0] == "left").Select(l => $"{l[1]} names only what was forgotten"));
        _faults.AddRange(lines.Where(l => l[0] == "before").Select(l => $"{l[1]} comes before the oldest"));
        _faults.AddRange(lines.Where(l => l[0] == "holder" && l[2] == "").Select(l => $"{l[1]} holds and can never be judged"));
        Compare("state", lines.Where(l => l[0] == "n").ToDictionary(l => l[1], l => Number(l[2])), states);
        Compare("tenant", lines.Where(l => l[0] == "t" && Counters.Contains(l[2])).ToDictionary(l => $"{l[1]} {l[2]}", l => Number(l[3])), tenants);
        Compare("group", lines.Where(l => l[0] == "g" && l[2] is "claimed" or "sending").ToDictionary(l => $"{l[1]} {l[2]}", l => Number(l[3])), groups);
        var weights = lines.Where(l => l[0] == "t" && l[2] == "weight").ToDictionary(l => l[1], l => double.Parse(l[3], CultureInfo.InvariantCulture));
        var active = lines.Where(l => l[0] == "t" && l[2] == "flows" && l[3] != "0").Sum(l => weights.GetValueOrDefault(l[1], 1));
        var counted = double.Parse(lines.Single(l => l[0] == "active")[1], CultureInfo.InvariantCulture);
        if (Math.Abs(active - counted) > 1e-6)
        {
            _faults.Add($"active weight: counted {counted}, there is {active}");
        }
    }

    private void JudgePlaces(string key, string state, string worker, string flow, string[] where)
    {
        var queue = $"q:{flow}";
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
