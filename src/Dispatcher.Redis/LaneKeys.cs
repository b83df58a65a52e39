using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>Names of the keys of one lane. The scripts build the same names from <see cref="Lane"/>; see <c>lane.lua</c>.</summary>
public sealed class LaneKeys
{
    public LaneKeys(int number)
    {
        Number = number;
        Prefix = string.Create(CultureInfo.InvariantCulture, $"{{d:{number:00}}}:");
        Lane = Prefix + "lane";
        Wake = Prefix + "wake";
        Events = Prefix + "events";
    }

    public int Number { get; }

    /// <summary>The hash tag: all keys of a lane live in one slot.</summary>
    public string Prefix { get; }

    /// <summary>Hash: the lane's clock, virtual time and counters. KEYS[1] of every script.</summary>
    public RedisKey Lane { get; }

    /// <summary>Channel: told when an empty lane gets work.</summary>
    public string Wake { get; }

    /// <summary>Stream: every change of what people see.</summary>
    public RedisKey Events { get; }

    /// <summary>String: what never changes of a record.</summary>
    public RedisKey Record(string key) => Prefix + "i:" + key;

    /// <summary>String: what changes of a record.</summary>
    public RedisKey State(string key) => Prefix + "state:" + key;

    /// <summary>Its state's key, from the key of what never changes.</summary>
    public static RedisKey StateOf(RedisKey record)
    {
        var name = (string)record!;
        var tag = name.IndexOf('}', StringComparison.Ordinal) + 2;
        return string.Concat(name.AsSpan(0, tag), "state:", name.AsSpan(tag + "i:".Length));
    }

    public RedisKey Held(string worker) => Prefix + "held:" + worker;

    /// <summary>Hash: a tenant's counters and limits.</summary>
    public RedisKey Tenant(string tenant) => Prefix + "t:" + tenant;

    /// <summary>Set: every tenant that ever had an invitation here.</summary>
    public RedisKey Tenants => Prefix + "tenants";

    /// <summary>String: somebody reconciles this lane, or did so a short while ago; expires.</summary>
    public RedisKey ReconcileTurn => Prefix + "reconcile";

    /// <summary>String: somebody carries on the rules that are in force; expires.</summary>
    public RedisKey SweepTurn => Prefix + "sweep";

    public RedisKey Suppressed(string tenant, string recipientHash) => $"{Prefix}s:{tenant}:{recipientHash}";

    /// <summary>The lane that a tenant belongs to: a hash of its name, even over lanes, the same everywhere.</summary>
    public static int LaneOf(string tenant, int lanes)
    {
        if (lanes == 1)
        {
            return 0;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(tenant), hash);
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(hash) % (uint)lanes);
    }
}
