using System.Globalization;
using Spectre.Console;

namespace Dispatcher.Worker.Cli;

/// <summary>Makes text from outside safe to show: no markup, and no control characters that a terminal would obey.</summary>
internal static class Cell
{
    public static string Of(string? text) => Markup.Escape(Plain(text));

    public static string Of(DateTimeOffset? moment) =>
        moment is { } at ? at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "";

    public static string Of(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Without markup escapes, for lines that are written as they are.</summary>
    public static string Plain(string? text) =>
        string.IsNullOrEmpty(text) ? "" : string.Concat(text.Select(static c => char.IsControl(c) ? '\uFFFD' : c));
}
