using System.Text;
using Dispatcher.Smtp.Dkim;
using Dispatcher.Smtp.Mime;
using FsCheck;
using FsCheck.Fluent;

namespace Dispatcher.Smtp.Tests.Dkim;

/// <summary>The examples of RFC 6376 3.4.5 and 3.4.4, and what else the rules say.</summary>
public sealed class RelaxedTests
{
    [Theory]
    [InlineData("A: X", "a:X")]
    [InlineData("B : Y\t\r\n\tZ  ", "b:Y Z")]
    [InlineData("SUBject: AbC\r\n", "subject:AbC")]
    [InlineData("X:", "x:")]
    [InlineData("X: \t ", "x:")]
    [InlineData("X:a:b", "x:a:b")]
    public void Header_Field_IsInItsRelaxedForm(string field, string expected) => Assert.Equal(expected, Canonical(field, Relaxed.Header));

    [Theory]
    [InlineData(" C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n")]
    [InlineData("", "")]
    [InlineData("\r\n\r\n", "")]
    [InlineData(" \t\r\n", "")]
    [InlineData("a", "a\r\n")]
    [InlineData("a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n")]
    [InlineData("a\r\n \r\nb", "a\r\n\r\nb\r\n")]
    [InlineData("\r\na \t \tb\t\r\n", "\r\na b\r\n")]
    public void Body_Text_IsInItsRelaxedForm(string body, string expected) => Assert.Equal(expected, Canonical(body, Relaxed.Body));

    [Fact]
    public void Body_AnyLines_AreAsTheRulesSayWordByWord() =>
        Prop.ForAll(Gen.Elements("a", "bc", " ", "  ", "\t", "\r\n").ArrayOf(40).ToArbitrary(), pieces =>
        {
            var body = string.Concat(pieces);
            var lines = body.Split("\r\n").Select(line => string.Join(' ', line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)) is { Length: > 0 } words
                ? (line[0] is ' ' or '\t' ? " " : "") + words
                : "").ToList();
            while (lines is [.., ""])
            {
                lines.RemoveAt(lines.Count - 1);
            }

            Assert.Equal(string.Concat(lines.Select(line => line + "\r\n")), Canonical(body, Relaxed.Body));
        }).QuickCheckThrowOnFailure();

    private delegate void Write(ReadOnlySpan<byte> text, MessageBuffer output);

    private static string Canonical(string text, Write write)
    {
        var output = new MessageBuffer();
        write(Encoding.ASCII.GetBytes(text), output);
        return Encoding.ASCII.GetString(output.Written);
    }
}
