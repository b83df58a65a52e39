using System.CommandLine;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Worker.Cli;

/// <summary><c>--language</c>: the language of status texts. Without it, what the environment says (POSIX, section 8.2); else English.</summary>
internal static class LanguageOption
{
    private static readonly string[] Variables = ["LC_ALL", "LC_MESSAGES", "LANG"];

    public static Option<string?> Create() => new("--language")
    {
        Description = $"Language of what statuses mean: {string.Join(", ", StatusCatalog.Languages)}. Default: that of LC_ALL, LC_MESSAGES or LANG.",
        HelpName = "LANGUAGE",
    };

    /// <returns>One that there are texts in.</returns>
    public static string Of(CommandContext context, Option<string?> option) =>
        StatusCatalog.LanguageOf(context.Value(option) ?? OfEnvironment(context.Environment.Variables));

    /// <summary>The first that is set decides. Behind the language may stand country, character set and variant: <c>sv_SE.UTF-8@euro</c>.</summary>
    private static string? OfEnvironment(IReadOnlyDictionary<string, string?> variables) =>
        Variables.Select(name => variables.GetValueOrDefault(name)).FirstOrDefault(value => !string.IsNullOrEmpty(value))?.Split('.', '@')[0];
}
