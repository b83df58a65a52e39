namespace Dispatcher.Redis;

/// <summary>A function that Redis runs as one step, by its name in the <see cref="ScriptLibrary"/>. Immutable.</summary>
public sealed class Script
{
    // Refused while Redis is out of memory: what comes in. Everything else must go on then, or the queue could never become shorter. That goes for
    // plain commands too, of which Redis refuses each that might need memory: what is written beside doors is written by scripts.
    private const string GoesOn = "allow-oom";

    public static readonly Script Intake = new("intake", "", promises: true);
    public static readonly Script Claim = new("claim");
    public static readonly Script Advance = new("advance", promises: true);
    public static readonly Script Return = new("return");
    public static readonly Script Leave = new("leave");
    public static readonly Script Promote = new("promote");
    public static readonly Script Cancel = new("cancel", promises: true);
    public static readonly Script Release = new("release", promises: true);
    public static readonly Script Edit = new("edit", promises: true);
    public static readonly Script Forget = new("forget");
    public static readonly Script Sweep = new("sweep", promises: true);
    public static readonly Script Limit = new("limit", promises: true);
    public static readonly Script Suppress = new("suppress", promises: true);
    public static readonly Script Feedback = new("feedback", promises: true);
    public static readonly Script List = new("list", "", promises: true);
    public static readonly Script BlockList = new("block-list", "", ofLane: false, promises: true);

    // The same for what takes away, and so makes room.
    public static readonly Script ShrinkList = new("list", promises: true, name: "shrink-list");
    public static readonly Script ShrinkBlockList = new("block-list", ofLane: false, promises: true, name: "shrink-block-list");
    public static readonly Script RemoveSettings = new("settings", ofLane: false, promises: true, name: "remove-settings");
    public static readonly Script Recipient = new("recipient", ofLane: false, promises: true);
    public static readonly Script Inspect = new("inspect", "no-writes");
    public static readonly Script Reconcile = new("reconcile");
    public static readonly Script Compare = new("reconcile", "no-writes", name: "compare");
    public static readonly Script Examine = new("examine", "no-writes");
    public static readonly Script Settings = new("settings", "", ofLane: false, promises: true);
    public static readonly Script Control = new("control", ofLane: false); // what makes it so, Limit, promises it
    public static readonly Script Turn = new("turn", ofLane: false);
    public static readonly Script Lend = new("lend", ofLane: false);
    public static readonly Script LeaveDoor = new("leave-door", ofLane: false);
    public static readonly Script Hold = new("hold", ofLane: false);
    public static readonly Script Fetch = new("fetch", ofLane: false);
    public static readonly Script Reject = new("reject", ofLane: false);

    private Script(string file, string flags = GoesOn, bool ofLane = true, bool promises = false, string? name = null)
    {
        Name = name ?? file;
        File = file;
        Flags = flags;
        OfLane = ofLane;
        Promises = promises;
    }

    internal static IReadOnlyList<Script> All { get; } =
    [
        Intake, Claim, Advance, Return, Leave, Promote, Cancel, Release, Edit, Forget, Sweep, Limit, Suppress, Feedback, List, BlockList, ShrinkList, ShrinkBlockList,
        RemoveSettings, Recipient, Inspect, Reconcile, Compare, Examine, Settings, Control, Turn, Lend, LeaveDoor, Hold, Fetch, Reject,
    ];

    public string Name { get; }

    /// <summary>Who called is told that something is so now, and acts on it: that must survive a failover where <c>Redis:MinReplicas</c> says so.
    /// The others move work about, and whoever takes over does that again.</summary>
    public bool Promises { get; }

    /// <summary>What <c>FCALL</c> calls it.</summary>
    public string Function => ScriptLibrary.FunctionOf(this);

    /// <summary>What it does, without extension.</summary>
    internal string File { get; }

    /// <summary>A function with flags is checked before its first line: it never stops halfway because memory ran out or the server became a
    /// replica (Redis 7).</summary>
    internal string Flags { get; }

    /// <summary>Its key is that of a lane; the others work on a single key of their own.</summary>
    internal bool OfLane { get; }
}
