using Dispatcher.Core.Text;

namespace Dispatcher.Worker.Settings;

/// <summary>Finds keys that nobody reads, under sections that we know and those whose name is nearly one of ours: most are typing mistakes.</summary>
internal static class UnknownSettings
{
    /// <summary>A line for each unknown key, with the nearest known one when there is a near one.</summary>
    public static IEnumerable<string> Warnings(IConfiguration configuration)
    {
        foreach (var section in SettingsCatalog.Sections)
        {
            var known = SettingsCatalog.Properties.Select(property => property.Key).Where(key => IsBelow(key, section.Name)).ToArray();
            foreach (var (key, _) in configuration.GetSection(section.Name).AsEnumerable().Where(pair => pair.Value is not null))
            {
                if (!known.Any(name => key.Equals(name, StringComparison.OrdinalIgnoreCase) || IsBelow(key, name)))
                {
                    yield return Warning(key, known);
                }
            }
        }

        foreach (var section in configuration.GetChildren().Where(section => section.GetChildren().Any()))
        {
            var names = SettingsCatalog.Sections.Select(known => known.Name).ToArray();
            if (!names.Contains(section.Key, StringComparer.OrdinalIgnoreCase) && NearestName.Find(section.Key, names) is { } near)
            {
                yield return $"Unknown section {section.Key}: did you mean {near}?";
            }
        }
    }

    private static bool IsBelow(string key, string parent) => key.StartsWith(parent + ":", StringComparison.OrdinalIgnoreCase);

    private static string Warning(string key, string[] known)
    {
        var near = NearestName.Find(LastWord(key), known.Select(LastWord));
        return near is null
            ? $"Unknown setting {key}; 'dispatcher settings' lists the known ones."
            : $"Unknown setting {key}: did you mean {known.First(name => LastWord(name) == near)}?";
    }

    private static string LastWord(string key) => key[(key.LastIndexOf(':') + 1)..];
}
