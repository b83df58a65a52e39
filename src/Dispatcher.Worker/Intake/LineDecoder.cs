using System.Text.Unicode;

namespace Dispatcher.Worker.Intake;

/// <summary>Refuses lines that no format can mean: too long, not UTF-8, or with NUL in them.</summary>
internal static class LineDecoder
{
    /// <returns>Null: the line is text.</returns>
    public static string? Problem(in InputLine line, int longestLine) =>
        line.TooLong ? $"the line is longer than {longestLine:N0} bytes"
        : line.Bytes.Span.Contains((byte)0) ? "the line contains a NUL byte"
        : !Utf8.IsValid(line.Bytes.Span) ? "the line is not valid UTF-8"
        : null;

    public static bool IsBlank(in InputLine line) => !line.TooLong && line.Bytes.Span.Trim(" \t"u8).IsEmpty;
}
