using System.Text.Encodings.Web;
using System.Text.Unicode;
using Dispatcher.Core.Templates.Parsing;

namespace Dispatcher.Core.Templates.Rendering;

/// <summary>Writes a value so that it stays a value where it stands.</summary>
internal static class Escape
{
    // Every script stays readable; markup, quotes and characters that no font shows become references.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>For HTML text and for attributes in either kind of quotes.</summary>
    public static string Html(string value) => Encoder.Encode(value);

    /// <param name="value">Unescaped, without control characters.</param>
    /// <param name="context">Where it stands.</param>
    /// <param name="isUrl">It is an address that we made ourselves; anything else in an address is a part of one.</param>
    public static string For(string value, TextContext context, bool isUrl) => context switch
    {
        TextContext.Header or TextContext.PlainText => value,
        TextContext.HtmlText or TextContext.HtmlAnchor or TextContext.HtmlAttribute => Html(value),
        TextContext.HtmlUrl when isUrl => Html(value),
        TextContext.HtmlUrl or TextContext.HtmlUrlPart => Uri.EscapeDataString(value),
        _ => throw new ArgumentOutOfRangeException(nameof(context), context, "A placeholder without a context was parsed."),
    };
}
