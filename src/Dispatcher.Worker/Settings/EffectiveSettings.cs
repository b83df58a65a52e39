using System.Collections;
using System.Globalization;

namespace Dispatcher.Worker.Settings;

/// <summary>Lists every setting with the value in force.</summary>
/// <remarks>A value is shown as it was written: whether it is valid is tested when a worker starts.</remarks>
internal static class EffectiveSettings
{
    public static IEnumerable<Setting> List(DispatcherSettings settings)
    {
        foreach (var (key, property, standard) in SettingsCatalog.Properties)
        {
            var unset = Text(standard);
            yield return new(
                key,
                SecretMask.Of(key, Written(settings.Configuration.GetSection(key)) ?? unset),
                SecretMask.Of(key, unset),
                settings.SourceOf(key),
                SettingDescriptions.Of(property));
        }
    }

    /// <summary>A list may be one text, or one child for each element.</summary>
    private static string? Written(IConfigurationSection section)
    {
        var children = section.GetChildren().Select(child => child.Value).ToArray();
        return section.Value ?? (children.Length > 0 ? string.Join(',', children) : null);
    }

    private static string? Text(object? value) => value switch
    {
        null => null,
        string text => text,
        IEnumerable many => string.Join(',', many.Cast<object?>().Select(Text)),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
