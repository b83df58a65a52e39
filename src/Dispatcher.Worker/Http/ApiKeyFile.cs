using Dispatcher.Core.Invitations;

namespace Dispatcher.Worker.Http;

/// <summary>Reads API keys: one a line, then optionally the tenants it may act for; <c>#</c> begins a comment.</summary>
internal static class ApiKeyFile
{
    /// <summary>Shorter ones can be guessed.</summary>
    public const int ShortestKey = 16;

    /// <returns>What is wrong, without any key in it; null: the file is fine.</returns>
    public static string? FindFault(string path)
    {
        try
        {
            return Read(path).Count == 0 ? $"{path} holds no key." : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return exception.Message;
        }
    }

    /// <exception cref="FormatException">A line is wrong.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static IReadOnlyList<ApiKey> Read(string path)
    {
        var keys = new List<ApiKey>();
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            var words = line.Split('#')[0].Split([' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length > 0)
            {
                keys.Add(Parse(words, $"{path} line {number}"));
            }
        }

        return keys;
    }

    private static ApiKey Parse(string[] words, string place)
    {
        if (words[0].Length < ShortestKey)
        {
            throw new FormatException($"{place}: the key is shorter than {ShortestKey} characters.");
        }

        if (words.Length == 1)
        {
            return new(ApiKey.HashOf(words[0]), null);
        }

        var tenants = words[1].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return tenants.FirstOrDefault(tenant => !Identity.IsTenant(tenant)) is { } wrong
            ? throw new FormatException($"{place}: '{wrong}' is no tenant name.")
            : new(ApiKey.HashOf(words[0]), tenants.ToHashSet(StringComparer.Ordinal));
    }
}
