namespace Dispatcher.Core.Templates.Parsing;

/// <summary>A parsed subject or body; immutable.</summary>
/// <param name="Name"><c>subject</c>, <c>html</c> or <c>text</c>.</param>
/// <param name="Segments">In their order; literal pieces between placeholders are whole.</param>
/// <param name="Problems">What is wrong whatever the type of the invitation.</param>
/// <param name="Used">Every placeholder in it, with where it first stands.</param>
internal sealed record TemplatePart(
    string Name, IReadOnlyList<Segment> Segments, IReadOnlyList<TemplateProblem> Problems,
    IReadOnlyDictionary<Placeholder, Position> Used);

/// <summary>Line and column, both from 1.</summary>
internal readonly record struct Position(int Line, int Column);
