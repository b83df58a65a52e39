using System.Text;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Templates;
using Dispatcher.Smtp.Mime;
using FsCheck;
using FsCheck.Fluent;

namespace Dispatcher.Smtp.Tests.Mime;

public class MimeComposerTests
{
    private static readonly string[] Names =
    [
        "Date", "From", "To", "Reply-To", "Subject", "Message-ID", "List-Unsubscribe", "Auto-Submitted", "X-Invitation-Id", "MIME-Version", "Content-Type",
    ];

    // Pieces that attacks are made of, between any other text.
    private static readonly Gen<string> Hostile = Gen.OneOf(
        Gen.Elements("\r\n", "\n", "\r", "\r\n\r\n", "\r\nBcc: evil@example.com", "\r\n--=_", "--", "=?utf-8?B?", "=?", "?=", "\"", "\\", "<", ">", "\0",
            "\u2028", "\u0085", "\ud800", "\udc00", "😀", "å", " ", "  ", "\t", ".", "=", "=\r\n", ":", ",", new string('x', 200), new string('å', 90)),
        ArbMap.Default.GeneratorFor<string>().Select(text => text ?? ""))
        .ListOf().Select(string.Concat);

    [Fact]
    public void Compose_BothBodies_AreAlternativesTextFirst()
    {
        var mail = Compose(Draft());

        Assert.Equal(Names, mail.Fields.Select(field => field.Name));
        Assert.StartsWith("multipart/alternative;", mail["Content-Type"], StringComparison.Ordinal);
        Assert.Equal(["text/plain; charset=utf-8", "text/html; charset=utf-8"], mail.Parts.Select(part => part["Content-Type"]));
        Assert.Equal(["Hej Eva!\r\n", "<p>Hej Eva!</p>\r\n"], mail.Parts.Select(part => part.Text));
    }

    [Fact]
    public void Compose_Draft_WritesEachFieldAsItsRfcSays()
    {
        var mail = Compose(Draft());

        Assert.Equal("Fri, 02 Jan 2026 03:04:05 +0000", mail["Date"]);
        Assert.Equal("\"Acme \\\"AB\\\"\" <reviews@acme.example>", mail["From"]);
        Assert.Equal("\"Eva Berg\" <eva@example.com>", mail["To"]);
        Assert.Equal("help@acme.example", mail["Reply-To"]);
        Assert.Equal("How was it?", mail["Subject"]);
        Assert.Equal("<m1@example.com>", mail["Message-ID"]);
        Assert.Equal("<https://example.com/u/1?a=b>", mail["List-Unsubscribe"]);
        Assert.Equal("auto-generated", mail["Auto-Submitted"]);
        Assert.Equal("acme/01JD", mail["X-Invitation-Id"]);
        Assert.Equal("1.0", mail["MIME-Version"]);
    }

    [Theory]
    [InlineData("<p>only</p>", null, "text/html; charset=utf-8", "<p>only</p>\r\n")]
    [InlineData(null, "only", "text/plain; charset=utf-8", "only\r\n")]
    public void Compose_OneBody_IsASinglePart(string? html, string? text, string type, string expected)
    {
        var mail = Compose(Draft() with { Rendered = new RenderedTemplate("s", html, text) });

        Assert.Equal((type, "7bit", expected), (mail["Content-Type"], mail["Content-Transfer-Encoding"], mail.Text));
    }

    [Theory]
    [InlineData("räksmörgås", "quoted-printable")]
    [InlineData("-- \nsignature", "quoted-printable")]
    [InlineData("--boundary--", "quoted-printable")]
    [InlineData("nul \0", "quoted-printable")]
    [InlineData("plain\n\ttabbed ", "7bit")]
    [InlineData("", "7bit")]
    public void Compose_Body_IsEncodedAsItNeeds(string text, string encoding)
    {
        var mail = Compose(Draft() with { Rendered = new RenderedTemplate("s", null, text) });

        Assert.Equal((encoding, Lines(text)), (mail["Content-Transfer-Encoding"], mail.Text));
    }

    [Theory]
    [InlineData(998, "7bit")]
    [InlineData(999, "quoted-printable")]
    public void Compose_LongLine_IsEncoded(int length, string encoding)
    {
        var mail = Compose(Draft() with { Rendered = new RenderedTemplate("s", null, new string('x', length)) });

        Assert.Equal((encoding, new string('x', length) + "\r\n"), (mail["Content-Transfer-Encoding"], mail.Text));
    }

    [Theory]
    [InlineData("Hur var köpet, Åsa?")]
    [InlineData("=?utf-8?B?aGVq?=")]
    [InlineData("two  spaces")]
    [InlineData("Grüße 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀")]
    public void Compose_SubjectBeyondAscii_DecodesToTheSame(string subject)
    {
        var mail = Compose(Draft() with { Rendered = new RenderedTemplate(subject, null, "x") });

        Assert.StartsWith("=?utf-8?B?", mail["Subject"], StringComparison.Ordinal);
        Assert.Equal(subject, ParsedMail.Decode(mail["Subject"]));
    }

    [Fact]
    public void Compose_OptionalPartsUnusable_AreLeftOut()
    {
        var mail = Compose(Draft() with { ReplyTo = "a@b.example\r\nBcc: x@y.example", UnsubscribeUrl = "javascript:alert(1)", ToEmail = "x\r\ny@z" });

        Assert.DoesNotContain(mail.Fields, field => field.Name is "Reply-To" or "List-Unsubscribe" or "Bcc");
        Assert.Equal("undisclosed-recipients:;", mail["To"]);
    }

    [Fact]
    public void Compose_FromIsNoAddress_Throws() =>
        Assert.Throws<ArgumentException>(() => new MimeComposer().Compose(Draft() with { FromEmail = "a@b\r\nX: y" }));

    [Fact]
    public void Compose_AddressBeyondAscii_StaysUtf8()
    {
        var mail = Compose(Draft() with { ToName = null, ToEmail = "évä@exämple.com" });

        Assert.Equal("évä@xn--exmple-cua.com", mail["To"]);
    }

    [Fact]
    public void Compose_Twice_GivesTheSameBytes() =>
        Assert.Equal(new MimeComposer().Compose(Draft()).ToArray(), new MimeComposer().Compose(Draft()).ToArray());

    [Fact]
    public void Compose_HostileHeaderTexts_StayInTheirFields()
    {
        Prop.ForAll(Hostile.ArrayOf(7).ToArbitrary(), t =>
        {
            var draft = Draft() with
            {
                FromName = t[0],
                ToName = t[1],
                ReplyTo = t[2],
                MessageId = t[3],
                InvitationId = t[4],
                UnsubscribeUrl = "https://example.com/" + t[5],
                Rendered = new RenderedTemplate(t[6], "<p>x</p>", "x"),
            };

            var mail = Compose(draft);

            Assert.Equal(Names.Except(["Reply-To", "List-Unsubscribe"]), mail.Fields.Select(field => field.Name).Except(["Reply-To", "List-Unsubscribe"]));
            Assert.Equal(2, mail.Parts.Count);
            Assert.Equal(Words(t[6]), Words(ParsedMail.Decode(mail["Subject"])));
            Assert.EndsWith("reviews@acme.example", mail["From"].TrimEnd('>'), StringComparison.Ordinal);
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Compose_HostileBodies_ArriveAsTheyWere()
    {
        Prop.ForAll(Hostile.ToArbitrary(), Hostile.ToArbitrary(), (html, text) =>
        {
            var mail = Compose(Draft() with { Rendered = new RenderedTemplate("s", html, text) });

            Assert.Equal([Lines(text), Lines(html)], mail.Parts.Select(part => part.Text));
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Compose_BodyHoldsTheBoundary_StaysOnePart()
    {
        var boundary = Boundary.For("m1@example.com");
        var text = $"a\r\n--{boundary}\r\nContent-Type: text/html\r\n\r\nevil\r\n--{boundary}--\r\n";

        var mail = Compose(Draft() with { Rendered = new RenderedTemplate("s", "<p>x</p>", text) });

        Assert.Equal([text, "<p>x</p>\r\n"], mail.Parts.Select(part => part.Text));
    }

    private static EmailDraft Draft() => new()
    {
        MessageId = "m1@example.com",
        Date = new DateTimeOffset(2026, 1, 2, 5, 4, 5, TimeSpan.FromHours(2)),
        FromName = "Acme \"AB\"",
        FromEmail = "reviews@acme.example",
        ToName = "Eva Berg",
        ToEmail = "eva@example.com",
        ReplyTo = "help@acme.example",
        Rendered = new RenderedTemplate("How was it?", "<p>Hej Eva!</p>", "Hej Eva!"),
        UnsubscribeUrl = "https://example.com/u/1?a=b",
        InvitationId = "acme/01JD",
    };

    // Every message that a test composes must keep to the rules of the wire.
    private static ParsedMail Compose(EmailDraft draft)
    {
        var bytes = new MimeComposer().Compose(draft).Span;
        var text = Encoding.Latin1.GetString(bytes);

        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\r(?!\n)|(?<!\r)\n|\0", text);
        Assert.All(text.Split("\r\n"), line => Assert.True(line.Length <= 998));
        return ParsedMail.Parse(bytes);
    }

    // What a body should be after the way there and back: UTF-8, CRLF line ends, a line end at the end.
    private static string Lines(string text)
    {
        var lines = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace("\r\n", "\n", StringComparison.Ordinal)
            .Replace('\r', '\n').Replace("\n", "\r\n", StringComparison.Ordinal);
        return lines.Length == 0 || lines.EndsWith("\r\n", StringComparison.Ordinal) ? lines : lines + "\r\n";
    }

    private static string[] Words(string text) =>
        HeaderText.OneLine(text).Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
