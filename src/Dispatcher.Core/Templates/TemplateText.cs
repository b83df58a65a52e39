using System.Buffers;
using System.Text;
using Dispatcher.Core.Templates.Parsing;
using Dispatcher.Core.Templates.Rendering;

namespace Dispatcher.Core.Templates;

/// <summary>
/// A subject or a body, ready to be put out: runs of literal UTF-8 with one value between each two. Whoever writes messages can so encode
/// the literals once, and only the values for each message. Immutable; shared between threads.
/// </summary>
public sealed class TemplateText
{
    private readonly byte[][] _literals;
    private readonly Segment[] _values;

    private TemplateText(byte[][] literals, Segment[] values) => (_literals, _values) = (literals, values);

    /// <summary>How many values there are; literals are one more.</summary>
    public int ValueCount => _values.Length;

    /// <summary>A text without values.</summary>
    public static TemplateText Of(string literal) => new([Encoding.UTF8.GetBytes(literal)], []);

    /// <summary>UTF-8 that stands before value <paramref name="index"/>, or after all of them; line ends as the template has them.</summary>
    /// <param name="index">0 to <see cref="ValueCount"/>.</param>
    public ReadOnlyMemory<byte> Literal(int index) => _literals[index];

    /// <summary>Whether two values are written alike in every message, so that one will do for both.</summary>
    public bool AreAlike(int index, int other) => _values[index] == _values[other];

    /// <summary>Writes a value as UTF-8, escaped for where it stands.</summary>
    /// <param name="index">0 to <see cref="ValueCount"/> less one.</param>
    public void WriteValue(int index, TemplateValues values, IBufferWriter<byte> output) => PartRenderer.Write(_values[index], values, output);

    /// <summary>
    /// The text that stands for a value, where most of it is the same in every message: whoever encodes literals once can do so with these too.
    /// It holds no such value itself. One object for all messages of a language.
    /// </summary>
    /// <param name="index">0 to <see cref="ValueCount"/> less one.</param>
    /// <returns>Null: the value is to be written by <see cref="WriteValue"/>, which works for the others too.</returns>
    public TemplateText? Block(int index, TemplateValues values) => PartRenderer.Block(_values[index], values);

    /// <summary>The whole text with values in place.</summary>
    public string Render(TemplateValues values)
    {
        var output = new ArrayBufferWriter<byte>(1_024);
        Write(values, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The whole text with values in place, as UTF-8.</summary>
    internal void Write(TemplateValues values, IBufferWriter<byte> output)
    {
        for (var index = 0; index < _values.Length; index++)
        {
            output.Write(_literals[index]);
            WriteValue(index, values, output);
        }

        output.Write(_literals[^1]);
    }

    internal static TemplateText Of(TemplatePart part) => Of(part.Segments);

    internal static TemplateText Of(IReadOnlyList<Segment> segments)
    {
        var literals = new List<byte[]>();
        var values = new List<Segment>();
        var literal = new StringBuilder();
        foreach (var segment in segments)
        {
            if (segment.Placeholder == Placeholder.None)
            {
                literal.Append(segment.Literal);
                continue;
            }

            literals.Add(Encoding.UTF8.GetBytes(literal.ToString()));
            literal.Clear();
            values.Add(segment);
        }

        literals.Add(Encoding.UTF8.GetBytes(literal.ToString()));
        return new([.. literals], [.. values]);
    }
}
