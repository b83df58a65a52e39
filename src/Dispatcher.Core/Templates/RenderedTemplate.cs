namespace Dispatcher.Core.Templates;

/// <summary>A template with an invitation's values in place. Null bodies: the template has none of that kind; at least one is set.</summary>
public sealed record RenderedTemplate(string Subject, string? Html, string? Text);
