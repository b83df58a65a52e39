namespace Dispatcher.Core.Templates.Parsing;

/// <summary>A piece of HTML, as places in its source.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">First character.</param>
/// <param name="End">Behind the last.</param>
/// <param name="Name">Of a tag, lower case; else empty.</param>
internal readonly record struct HtmlToken(HtmlTokenKind Kind, int Start, int End, string Name);

internal enum HtmlTokenKind
{
    /// <summary>Never set: a bug.</summary>
    Unset = 0,

    Text,

    StartTag,

    EndTag,

    /// <summary>A comment with its marks.</summary>
    Comment,

    /// <summary><c>&lt;!--[if …]&gt;</c>: what follows is HTML that some clients show and others take for a comment.</summary>
    ConditionStart,

    /// <summary><c>&lt;![endif]--&gt;</c>, and any other declaration.</summary>
    Declaration,

    /// <summary>The content of a style or script element, which is no HTML.</summary>
    Raw,
}
