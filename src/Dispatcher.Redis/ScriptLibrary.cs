using System.Security.Cryptography;
using System.Text;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Redis;

/// <summary>
/// All scripts as one Redis library (<c>FUNCTION LOAD</c>, Redis 7). Redis reads it once: what every call needs (patterns, tables, some hundred
/// small functions) is there already when a call comes; an <c>EVAL</c> would make all of that anew, which costs more than a small call itself.
/// Its name and those of its functions end with a hash of its text, so that workers of two versions live side by side on one Redis.
/// </summary>
public static class ScriptLibrary
{
    /// <summary>What the names of all versions begin with.</summary>
    public const string Prefix = "dispatcher_";

    private static readonly string[] Parts = ["lane", "limits", "records", "order", "facts", "queues", "ready", "rules", "steps", "plain"];
    private static readonly string Body = Compose();

    public static string Name { get; } = Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Body)).AsSpan(0, 6));

    /// <summary>What <c>FUNCTION LOAD</c> takes. The first comment holds the hash tag of a key, and no brace stands before it: sent as a key, the text
    /// goes to the server of a cluster to which the calls for that key go.</summary>
    public static string SourceFor(string key) => $"#!lua name={Name}\n-- {{{HashTag(key)}}}\nlocal LIBRARY = '{Name}'\n{Body}";

    private static readonly Dictionary<Script, string> Functions = Script.All.ToDictionary(script => script, script => $"{Name}_{Identifier(script)}");

    internal static string FunctionOf(Script script) => Functions[script];

    /// <summary>What Redis Cluster hashes of a key: what stands between its first braces, else all of it.</summary>
    private static string HashTag(string key)
    {
        var begin = key.IndexOf('{');
        var end = begin < 0 ? -1 : key.IndexOf('}', begin);
        return end > begin + 1 ? key[(begin + 1)..end] : key;
    }

    private static string Compose()
    {
        var text = new StringBuilder();
        text.Append(Transitions.ToLua());
        // The order of statuses: RANK['delivered'].
        text.Append("local RANK = { ").AppendJoin(", ", StatusCatalog.All.Select(info => $"['{info.Code}'] = {info.Rank}")).Append(" }\n");
        foreach (var part in Parts)
        {
            text.Append(Text("lib/" + part));
        }

        foreach (var script in Script.All)
        {
            text.Append("redis.register_function { function_name = LIBRARY .. '_").Append(Identifier(script)).Append("',\n")
                .Append(script.Flags.Length == 0 ? "" : $"flags = {{ '{script.Flags}' }},\n") // none: as of any command that writes
                .Append("callback = function(KEYS, ARGV)\n")
                .Append(script.OfLane ? "begin(KEYS[1])\n" : "")
                .Append(Text(script.File))
                .Append("end }\n");
        }

        return text.ToString();
    }

    private static string Identifier(Script script) => script.Name.Replace('-', '_');

    private static string Text(string name)
    {
        using var stream = typeof(ScriptLibrary).Assembly.GetManifestResourceStream(name + ".lua")
            ?? throw new InvalidOperationException($"script {name}.lua is not embedded");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
