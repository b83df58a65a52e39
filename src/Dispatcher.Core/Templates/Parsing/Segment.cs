namespace Dispatcher.Core.Templates.Parsing;

/// <summary>A piece of a parsed part: literal text, or a placeholder and where it stands.</summary>
internal readonly record struct Segment(string Literal, Placeholder Placeholder, TextContext Context)
{
    public static Segment Of(string literal) => new(literal, Placeholder.None, TextContext.Unset);
}
