using System.Text;
using Dispatcher.Smtp.Dkim;
using Dispatcher.Smtp.Mime;

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

    private delegate void Write(ReadOnlySpan<byte> text, MessageBuffer output);

    private static string Canonical(string text, Write write)
    {
        var output = new MessageBuffer();
        write(Encoding.ASCII.GetBytes(text), output);
        return Encoding.ASCII.GetString(output.Written);
    }
}
