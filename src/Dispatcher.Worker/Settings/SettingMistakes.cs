using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Dispatcher.Worker.Settings;

/// <summary>Turns what options validation says into lines that name the setting.</summary>
internal static partial class SettingMistakes
{
    public static IEnumerable<string> Of(OptionsValidationException exception)
    {
        var section = SettingsCatalog.Sections.FirstOrDefault(section => section.Options == exception.OptionsType)?.Name;
        foreach (var failure in exception.Failures)
        {
            yield return Name(failure, section);
        }
    }

    /// <summary>DataAnnotations speak of members and fields; people know keys.</summary>
    private static string Name(string failure, string? section)
    {
        var match = MemberFailure().Match(failure);
        return match.Success && section is not null
            ? $"{section}:{match.Groups["member"].Value}: {match.Groups["why"].Value.Trim()}"
            : failure;
    }

    [GeneratedRegex("^DataAnnotation validation failed for '[^']*' members: '(?<member>[^']*)' with the error: '(?<why>.*)'\\.?$")]
    private static partial Regex MemberFailure();
}
