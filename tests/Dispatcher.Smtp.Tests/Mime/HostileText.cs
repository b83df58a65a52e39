using FsCheck;
using FsCheck.Fluent;

namespace Dispatcher.Smtp.Tests.Mime;

/// <summary>Texts of the kind that attacks are made of.</summary>
internal static class HostileText
{
    public static Gen<string> Gen { get; } = FsCheck.Fluent.Gen.OneOf(
        FsCheck.Fluent.Gen.Elements("\r\n", "\n", "\r", "\r\n\r\n", "\r\nBcc: evil@example.com", "\r\n--=_", "--", "=_", "_", "=?utf-8?B?", "=?", "?=", "\"", "\\",
            "<", ">", "\0", "\u2028", "\u0085", "\u202e", "\u200b", "\ud800", "\udc00", "😀", "å", " ", "  ", "\t", ".", "=", "=\r\n", ":", ",", "From ",
            new string('x', 200), new string('å', 90), new string(' ', 80)),
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""))
        .ListOf().Select(string.Concat);
}
