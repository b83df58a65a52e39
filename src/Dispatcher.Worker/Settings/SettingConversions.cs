using System.ComponentModel;

namespace Dispatcher.Worker.Settings;

/// <summary>Finds values that are no numbers, times or switches where one is wanted. Binding would stop at the first of them.</summary>
internal static class SettingConversions
{
    public static IEnumerable<string> Mistakes(IConfiguration configuration)
    {
        foreach (var (key, property, _) in SettingsCatalog.Properties.Where(IsPlain))
        {
            var wanted = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (configuration[key] is { } value && !IsValid(value, property.PropertyType, wanted))
            {
                yield return $"{key}: '{SecretMask.Of(key, value)}' is no {Noun(wanted)}";
            }
        }
    }

    /// <summary>Words may be written in any case, as binding takes them; the converter of enumerations would not say so.</summary>
    private static bool IsValid(string value, Type type, Type wanted) => wanted.IsEnum
        ? Enum.GetNames(wanted).Contains(value, StringComparer.OrdinalIgnoreCase)
        : TypeDescriptor.GetConverter(type).IsValid(value);

    private static bool IsPlain(SettingProperty setting) =>
        TypeDescriptor.GetConverter(setting.Property.PropertyType).CanConvertFrom(typeof(string))
        && !SettingsCatalog.Sections.Any(section => section.OwnNotation && setting.Key.StartsWith(section.Name + ":", StringComparison.Ordinal));

    private static string Noun(Type type) =>
        type == typeof(TimeSpan) ? "time, for example 00:00:30"
        : type == typeof(bool) ? "switch: true or false"
        : type.IsEnum ? $"word that is known here: {string.Join(", ", Enum.GetNames(type))}"
        : "number";
}
