namespace Dispatcher.Core.Templates;

/// <summary>
/// Whether invitations can be sent with a template. Its codes: <c>ok</c>, <c>missing-placeholder</c>, <c>placeholder-error</c>.
/// </summary>
public enum TemplateStatus
{
    /// <summary>Never set: a bug.</summary>
    Unset = 0,

    Ok,

    MissingPlaceholder,

    PlaceholderError,
}
