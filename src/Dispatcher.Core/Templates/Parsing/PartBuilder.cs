using System.Text;

namespace Dispatcher.Core.Templates.Parsing;

/// <summary>Collects the segments and problems of one part while it is scanned.</summary>
internal sealed class PartBuilder(string part, string source)
{
    private const int MaxProblems = 100;
    private readonly List<Segment> _segments = [];
    private readonly List<TemplateProblem> _problems = [];
    private readonly Dictionary<Placeholder, Position> _used = [];
    private readonly StringBuilder _literal = new();
    private int _line = 1;
    private int _lineStart;
    private int _counted;

    /// <summary>No more problems are kept: nobody reads more, and looking for what was meant takes time.</summary>
    public bool IsFull => _problems.Count >= MaxProblems;

    public void Literal(ReadOnlySpan<char> text) => _literal.Append(text);

    public void Place(Placeholder placeholder, TextContext context, int at)
    {
        Flush();
        _segments.Add(new Segment("", placeholder, context));
        _used.TryAdd(placeholder, PositionOf(at));
    }

    public void Problem(int at, ReadOnlySpan<char> text, string why, string? suggestion)
    {
        if (!IsFull)
        {
            var position = PositionOf(at);
            var shown = text[..Math.Min(text.Length, 80)].ToString();
            _problems.Add(new(TemplateProblemKind.Error, part, position.Line, position.Column, shown, why, suggestion));
        }
    }

    public TemplatePart Build()
    {
        Flush();
        return new(part, _segments, _problems, _used);
    }

    private void Flush()
    {
        if (_literal.Length > 0)
        {
            _segments.Add(Segment.Of(_literal.ToString()));
            _literal.Clear();
        }
    }

    /// <summary>Positions are asked for in rising order, so each line end is counted once.</summary>
    private Position PositionOf(int at)
    {
        for (; _counted < at; _counted++)
        {
            if (source[_counted] == '\n')
            {
                _line++;
                _lineStart = _counted + 1;
            }
        }

        return new(_line, at - _lineStart + 1);
    }
}
