namespace Dispatcher.Core.Templates.Parsing;

/// <summary>Where a placeholder stands, which decides how its value is escaped. Found when a template is parsed.</summary>
internal enum TextContext
{
    /// <summary>Never set: a bug.</summary>
    Unset = 0,

    /// <summary>The subject.</summary>
    Header,

    PlainText,

    HtmlText,

    /// <summary>Inside an <c>a</c> element, where another link must not stand.</summary>
    HtmlAnchor,

    /// <summary>Inside quotes.</summary>
    HtmlAttribute,

    /// <summary>At the beginning of an attribute that holds an address, where the value is the whole address.</summary>
    HtmlUrl,

    /// <summary>Further inside such an attribute, for example in a query.</summary>
    HtmlUrlPart,
}
