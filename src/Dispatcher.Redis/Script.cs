using System.Security.Cryptography;
using System.Text;
using Dispatcher.Core.States;

namespace Dispatcher.Redis;

/// <summary>A Lua script with what stands ahead of it, and its SHA-1 as Redis computes it. Immutable.</summary>
public sealed class Script
{
    public static readonly Script Intake = OfLane("intake");
    public static readonly Script Claim = OfLane("claim");
    public static readonly Script Advance = OfLane("advance");
    public static readonly Script Return = OfLane("return");
    public static readonly Script Leave = OfLane("leave");
    public static readonly Script Promote = OfLane("promote");
    public static readonly Script Cancel = OfLane("cancel");
    public static readonly Script Edit = OfLane("edit");
    public static readonly Script Suppress = OfLane("suppress");
    public static readonly Script Inspect = OfLane("inspect");
    public static readonly Script Tenant = new("tenant", Text("tenant"));
    public static readonly Script LeaveDoor = new("leave-door", Text("leave-door"));

    private Script(string name, string text)
    {
        Name = name;
        Source = text;
#pragma warning disable CA5350 // Redis names scripts by SHA-1; nothing is protected by it.
        Sha1 = SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
    }

    public string Name { get; }

    public string Source { get; }

    public byte[] Sha1 { get; }

    private static Script OfLane(string name) => new(name, Transitions.ToLua() + Text("lane") + Text(name));

    private static string Text(string name)
    {
        using var stream = typeof(Script).Assembly.GetManifestResourceStream(name + ".lua")
            ?? throw new InvalidOperationException($"script {name}.lua is not embedded");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
