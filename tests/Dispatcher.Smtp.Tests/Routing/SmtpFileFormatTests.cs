using Dispatcher.Smtp.Routing;

namespace Dispatcher.Smtp.Tests.Routing;

public sealed class SmtpFileFormatTests
{
    [Theory]
    [InlineData("""{"\ud800":1}""", "surrogate")]
    [InlineData("""{"routes":[{"na\udc00":1}]}""", "surrogate")]
    [InlineData("""{"a":1,"a":2}""", "not well-formed")]
    [InlineData("{", "not well-formed")]
    public void Json_BrokenFile_IsAFault(string text, string fault) =>
        Assert.Contains(fault, SmtpFileFormat.Json.Parse(text).Fault, StringComparison.Ordinal);
}
