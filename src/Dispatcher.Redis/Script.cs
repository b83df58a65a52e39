using System.Security.Cryptography;
using System.Text;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Redis;

/// <summary>A Lua script with what stands ahead of it, and its SHA-1 as Redis computes it. Immutable.</summary>
public sealed class Script
{
    private static readonly string[] Lib = ["lane", "limits", "records", "facts", "queues", "rules"];

    // Refused while Redis is out of memory: what comes in. Everything else must go on then, or the queue could never become shorter.
    public static readonly Script Intake = OfLane("intake", "", promises: true);
    public static readonly Script Claim = OfLane("claim");
    public static readonly Script Advance = OfLane("advance", promises: true);
    public static readonly Script Return = OfLane("return");
    public static readonly Script Leave = OfLane("leave");
    public static readonly Script Promote = OfLane("promote");
    public static readonly Script Cancel = OfLane("cancel", promises: true);
    public static readonly Script Release = OfLane("release", promises: true);
    public static readonly Script Edit = OfLane("edit", promises: true);
    public static readonly Script Forget = OfLane("forget");
    public static readonly Script Sweep = OfLane("sweep", promises: true);
    public static readonly Script Limit = OfLane("limit", promises: true);
    public static readonly Script Suppress = OfLane("suppress", promises: true);
    public static readonly Script Feedback = OfLane("feedback", before: Ranks, promises: true);
    public static readonly Script List = OfLane("list", "", promises: true);
    public static readonly Script BlockList = new("block-list", Shebang("") + Text("block-list"), promises: true);
    public static readonly Script Recipient = new("recipient", Shebang(GoesOn) + Text("recipient"), promises: true);
    public static readonly Script Inspect = OfLane("inspect", "no-writes");
    public static readonly Script Reconcile = OfLane("reconcile");
    public static readonly Script Compare = OfLane("reconcile", "no-writes");
    public static readonly Script Examine = OfLane("examine", "no-writes");
    public static readonly Script Settings = new("settings", Shebang("") + Text("settings"), promises: true);
    public static readonly Script Lend = new("lend", Shebang(GoesOn) + Text("lend"));
    public static readonly Script LeaveDoor = new("leave-door", Shebang(GoesOn) + Text("leave-door"));

    private const string GoesOn = "allow-oom";

    private Script(string name, string text, bool promises = false)
    {
        Name = name;
        Promises = promises;
        Source = text;
#pragma warning disable CA5350 // Redis names scripts by SHA-1; nothing is protected by it.
        Sha1 = SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
    }

    public string Name { get; }

    /// <summary>Who called is told that something is so now, and acts on it: that must survive a failover where <c>Redis:MinReplicas</c> says so.
    /// The others move work about, and whoever takes over does that again.</summary>
    public bool Promises { get; }

    public string Source { get; }

    public byte[] Sha1 { get; }

    /// <summary>The order of statuses as a Lua table: <c>RANK['delivered']</c>.</summary>
    private static string Ranks => $"local RANK = {{ {string.Join(", ", StatusCatalog.All.Select(info => $"['{info.Code}'] = {info.Rank}"))} }}\n";

    private static Script OfLane(string name, string flags = GoesOn, string before = "", bool promises = false) =>
        new(name, Shebang(flags) + Transitions.ToLua() + string.Concat(Lib.Select(part => Text("lib/" + part))) + before + Text(name), promises);

    /// <summary>A script with flags is checked as a whole before its first line: it never stops halfway because memory ran out or the server
    /// became a replica (Redis 7).</summary>
    private static string Shebang(string flags) => flags.Length == 0 ? "#!lua\n" : $"#!lua flags={flags}\n";

    private static string Text(string name)
    {
        using var stream = typeof(Script).Assembly.GetManifestResourceStream(name + ".lua")
            ?? throw new InvalidOperationException($"script {name}.lua is not embedded");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
