namespace Dispatcher.Core.Templates;

public enum TemplateProblemKind
{
    /// <summary>Never set: a bug.</summary>
    Unset = 0,

    /// <summary>Leads to <c>missing-placeholder</c>.</summary>
    Missing,

    /// <summary>Leads to <c>placeholder-error</c>.</summary>
    Error,

    /// <summary>The template is too large to be accepted at all.</summary>
    Refused,
}
