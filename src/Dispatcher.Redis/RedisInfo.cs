using System.Globalization;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis;

/// <summary>The text that <c>INFO</c> answers. What a server leaves out counts as 0, or as fine.</summary>
internal static class RedisInfo
{
    public static Dictionary<string, string> Parse(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line[0] != '#')
            {
                fields[line[..colon]] = line[(colon + 1)..];
            }
        }

        return fields;
    }

    public static RedisFacts Facts(Dictionary<string, string> info, string? appendFsync, string? clusterState)
    {
        return new RedisFacts
        {
            Version = Text("redis_version"),
            Role = Text("role"),
            RunningFor = TimeSpan.FromSeconds(Number("uptime_in_seconds")),
            Replicas = (int)Number("connected_slaves"),
            AppendOnly = Number("aof_enabled") == 1,
            AppendFsync = appendFsync,
            WriteErrors = [.. Errors()],
            LastSave = Number("rdb_last_save_time") is > 0 and var at ? DateTimeOffset.FromUnixTimeSeconds(at) : null,
            UsedMemory = Number("used_memory"),
            MaxMemory = Number("maxmemory"),
            MaxMemoryPolicy = Text("maxmemory_policy"),
            ClusterState = clusterState,
        };

        string Text(string name) => info.GetValueOrDefault(name, "");

        long Number(string name) => long.TryParse(Text(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;

        IEnumerable<string> Errors()
        {
            foreach (var (field, what) in new[]
            {
                ("aof_last_write_status", "the last write to the append-only file"),
                ("aof_last_bgrewrite_status", "the last rewrite of the append-only file"),
                ("rdb_last_bgsave_status", "the last snapshot"),
            })
            {
                if (Text(field) is { Length: > 0 } status && status != "ok")
                {
                    yield return what;
                }
            }
        }
    }
}
