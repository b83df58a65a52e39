namespace Dispatcher.Core.Templates;

/// <summary>Something in a template that must be put right before it can be sent.</summary>
/// <param name="Kind">Which status it leads to.</param>
/// <param name="Part"><c>subject</c>, <c>html</c> or <c>text</c>; <c>template</c> when it is about all of them.</param>
/// <param name="Line">From 1; 1 when it is about the whole part.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
/// <param name="Text">The piece of the template, at most 80 characters.</param>
/// <param name="Why">One sentence without a full stop.</param>
/// <param name="Suggestion">What to write instead; null: we know of nothing.</param>
public sealed record TemplateProblem(TemplateProblemKind Kind, string Part, int Line, int Column, string Text, string Why, string? Suggestion)
{
    /// <summary>One line for a status' detail or a log.</summary>
    public string Describe() =>
        $"{Part} line {Line}, column {Column}: {Text} {Why}{(Suggestion is null ? "" : $"; write {Suggestion}")}";
}
