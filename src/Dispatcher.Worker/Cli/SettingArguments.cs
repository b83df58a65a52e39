namespace Dispatcher.Worker.Cli;

/// <summary>Takes settings (<c>--Redis:Configuration=…</c>) out of the arguments; what is left belongs to the command.</summary>
/// <param name="Settings">Key to value, in the order given; the last of a key counts.</param>
/// <param name="Rest">The other arguments.</param>
internal sealed record SettingArguments(IReadOnlyDictionary<string, string?> Settings, string[] Rest)
{
    /// <exception cref="UsageException">A setting has no value.</exception>
    public static SettingArguments Split(IReadOnlyList<string> arguments)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var rest = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument == "--")
            {
                rest.AddRange(arguments.Skip(i));
                break;
            }

            if (Key(argument) is not { } key)
            {
                rest.Add(argument);
            }
            else if (argument.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
            {
                settings[key] = argument[(at + 1)..];
            }
            else if (i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                settings[key] = arguments[++i];
            }
            else
            {
                throw new UsageException($"The setting --{key} has no value; write --{key}=VALUE.");
            }
        }

        return new(settings, [.. rest]);
    }

    /// <summary>The key when the argument is a setting: two hyphens, letters, and a colon before any equals sign.</summary>
    private static string? Key(string argument)
    {
        if (!argument.StartsWith("--", StringComparison.Ordinal) || argument.Length < 3 || !char.IsAsciiLetter(argument[2]))
        {
            return null;
        }

        var end = argument.IndexOf('=', StringComparison.Ordinal);
        var key = end < 0 ? argument[2..] : argument[2..end];
        return key.Contains(':', StringComparison.Ordinal) ? key : null;
    }
}
