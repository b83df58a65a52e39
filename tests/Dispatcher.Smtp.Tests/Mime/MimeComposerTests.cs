using System.Text;
using Dispatcher.Core.Invitations;
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
        "Date", "From", "To", "Reply-To", "Subject", "Message-ID", "List-Unsubscribe", "Feedback-ID", "Auto-Submitted", "X-Invitation-Id",
        "Content-Language", "MIME-Version", "Content-Type",
    ];

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
        Assert.Equal("default:acme:service:dispatcher", mail["Feedback-ID"]);
        Assert.Equal("acme/01JD", mail["X-Invitation-Id"]);
        Assert.Equal("sv-SE", mail["Content-Language"]);
        Assert.Equal("1.0", mail["MIME-Version"]);
    }

    [Theory]
    [InlineData("<p>only</p>", null, "text/html; charset=utf-8", "<p>only</p>\r\n")]
    [InlineData(null, "only", "text/plain; charset=utf-8", "only\r\n")]
    public void Compose_OneBody_IsASinglePart(string? html, string? text, string type, string expected)
    {
        var mail = Compose(Bodies(html, text));

        Assert.Equal((type, "7bit", expected), (mail["Content-Type"], mail["Content-Transfer-Encoding"], mail.Text));
    }

    [Theory]
    [InlineData("Tack för att du handlade hos oss", "quoted-printable")]
    [InlineData("räksmörgås", "base64")]
    [InlineData("-- \nsignature", "7bit")]
    [InlineData("--boundary--", "7bit")]
    [InlineData("--=_boundary", "quoted-printable")]
    [InlineData("Спасибо за покупку в нашем магазине", "base64")]
    [InlineData("お買い上げありがとうございます。", "base64")]
    [InlineData("nul \0", "quoted-printable")]
    [InlineData("plain\n\ttabbed ", "7bit")]
    [InlineData("", "7bit")]
    public void Compose_Body_IsEncodedAsItNeeds(string text, string encoding)
    {
        var mail = Compose(Bodies(null, text));

        Assert.Equal((encoding, Lines(text)), (mail["Content-Transfer-Encoding"], mail.Text));
    }

    [Theory]
    [InlineData(998, "7bit")]
    [InlineData(999, "quoted-printable")]
    public void Compose_LongLine_IsEncoded(int length, string encoding)
    {
        var mail = Compose(Bodies(null, new string('x', length)));

        Assert.Equal((encoding, new string('x', length) + "\r\n"), (mail["Content-Transfer-Encoding"], mail.Text));
    }

    [Theory]
    [InlineData("Hur var köpet, Åsa?")]
    [InlineData("=?utf-8?B?aGVq?=")]
    [InlineData("two  spaces")]
    [InlineData("Grüße 😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀")]
    public void Compose_SubjectBeyondAscii_DecodesToTheSame(string subject)
    {
        var mail = Compose(Draft() with { Subject = TemplateText.Of(subject) });

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
        Prop.ForAll(HostileText.Gen.ArrayOf(9).ToArbitrary(), t =>
        {
            var draft = Draft() with
            {
                FromName = t[0],
                ToName = t[1],
                ReplyTo = t[2],
                MessageId = t[3],
                InvitationId = t[4],
                UnsubscribeUrl = "https://example.com/" + t[5],
                Subject = TemplateText.Of(t[6]),
                FeedbackId = t[7],
                Language = t[8],
            };

            var mail = Compose(draft);

            string[] optional = ["Reply-To", "List-Unsubscribe", "Feedback-ID", "Content-Language"];
            Assert.Equal(Names.Except(optional), mail.Fields.Select(field => field.Name).Except(optional));
            Assert.Equal(2, mail.Parts.Count);
            Assert.StartsWith(string.Join(' ', Words(ParsedMail.Decode(mail["Subject"]))), string.Join(' ', Words(t[6])), StringComparison.Ordinal);
            Assert.EndsWith("reviews@acme.example", mail["From"].TrimEnd('>'), StringComparison.Ordinal);
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Compose_HostileBodies_ArriveAsTheyWere()
    {
        Prop.ForAll(HostileText.Gen.ToArbitrary(), HostileText.Gen.ToArbitrary(), (html, text) =>
        {
            var mail = Compose(Bodies(html, text));

            Assert.Equal([Lines(text), Lines(html)], mail.Parts.Select(part => part.Text));
            return true;
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>Runs are encoded one by one, some long before others: together they must be what the whole text would have been.</summary>
    /// <summary>Stars and legal notice come as prepared pieces with values between; they must be what a browser preview shows.</summary>
    [Theory]
    [InlineData("en", "Acme", "https://review.example.com/k", "7bit")]
    [InlineData("en", "Acme", "https://review.example.com/k?a=1&b=2", "7bit")]
    [InlineData("sv", "Åhlén & <Söner>", "https://review.example.com/k?a=ö", "quoted-printable")]
    [InlineData("fi", "[Link]", "https://review.example.com/k", "quoted-printable")]
    public void Compose_Blocks_ArriveAsRendered(string locale, string company, string link, string encoding)
    {
        const string Source = "<p>[Name] [Stars] [LegalNotice] [Stars] [Name]</p><a href=\"[Link]\">[LegalNotice]</a> [UnsubscribeLink]";
        var template = Template.Parse(new TemplateFiles("t", InvitationType.Service, false, locale, "s", Source, null));
        var values = Mails.Values with { Company = company, Link = link, Locale = locale };

        var mail = Compose(Draft() with { Html = template.Html, Text = template.Text, Values = values });

        Assert.Equal(encoding, mail.Parts[1]["Content-Transfer-Encoding"]);
        Assert.Equal(LinesOf(template.Html!.Render(values)), LinesOf(mail.Parts[1].Text));
        Assert.Equal(LinesOf(template.Text.Render(values)), LinesOf(mail.Parts[0].Text));
        Assert.Equal(10, mail.Parts[1].Text.Split("&#9733;").Length - 1);
    }

    [Fact]
    public void Compose_ValuesBetweenLiterals_ArriveAsRendered()
    {
        var literals = HostileText.Gen.Select(text => text.Replace('[', '(').Replace('\\', '/')).ArrayOf(4);
        Prop.ForAll(literals.ToArbitrary(), HostileText.Gen.ToArbitrary(), HostileText.Gen.ToArbitrary(), (l, name, order) =>
        {
            var source = $"{l[0]}[Name]{l[1]}[Order]{l[2]}[Name][Order]{l[3]}[UnsubscribeLink]";
            var template = Template.Parse(new TemplateFiles("t", InvitationType.Service, false, null, "s", $"<p>{source}", source));
            var values = Mails.Values with { Name = name, Order = order };

            var mail = Compose(Draft() with { Html = template.Html, Text = template.Text, Values = values });

            // A lone CR at a border stays a line end of its own.
            Assert.Equal([Runs(template.Text, values), Runs(template.Html!, values)], mail.Parts.Select(part => part.Text));
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(60)]
    [InlineData(72)]
    [InlineData(73)]
    [InlineData(74)]
    [InlineData(75)]
    [InlineData(76)]
    [InlineData(77)]
    [InlineData(150)]
    public void Compose_RunsMeetAtAnyColumn_LinesAreFoldedAndBlanksKept(int width)
    {
        foreach (var before in new[] { width, width - 1, width - 2, width - 3 })
        {
            var text = $"å{new string('x', before)}[Name] [Order] \n[Name] [Order]\t\n{new string('y', before)} [Order]\n[UnsubscribeLink]";
            var template = Template.Parse(new TemplateFiles("t", InvitationType.Service, false, null, "s", null, text));

            var mail = Compose(Draft() with { Html = null, Text = template.Text, Values = Mails.Values with { Name = "=", Order = "" } });

            Assert.Equal("quoted-printable", mail["Content-Transfer-Encoding"]);
            Assert.Equal(Lines(template.Text.Render(Mails.Values with { Name = "=", Order = "" })), mail.Text);
        }
    }

    [Fact]
    public void Compose_ValueCompletesABoundary_StaysOnePart()
    {
        var bytes = new byte[Boundary.Length];
        Boundary.Write("m1@example.com", bytes);
        var boundary = Encoding.ASCII.GetString(bytes);
        foreach (var at in Enumerable.Range(0, 5))
        {
            var whole = $"--{boundary}";
            var template = Template.Parse(new TemplateFiles("t", InvitationType.Service, false, null, "s", null, $"{whole[..at]}[Name]\n[UnsubscribeLink]"));

            var mail = Compose(Draft() with { Text = template.Text, Values = Mails.Values with { Name = whole[at..] } });

            Assert.StartsWith(whole + "\r\n", mail.Parts[0].Text, StringComparison.Ordinal);
            Assert.Equal(2, mail.Parts.Count);
        }
    }

    [Fact]
    public void Compose_EndlessTexts_AreCut()
    {
        var endless = new string('å', 1_000_000);

        var mail = Compose(Draft() with { FromName = endless, ToName = new string('x', 1_000_000), Subject = TemplateText.Of(endless) });

        Assert.Equal(new string('å', 2_000), ParsedMail.Decode(mail["Subject"]));
        Assert.All(mail.Fields, field => Assert.True(field.Value.Length < 8_000));
    }

    [Fact]
    public void Compose_ManyThreads_WriteTheirOwnMessages()
    {
        var composer = new MimeComposer();
        var expected = Enumerable.Range(0, 20).Select(n => composer.Compose(Bodies($"<p>{n} å</p>", $"{n}")).ToArray()).ToList();

        Parallel.For(0, 2_000, n => Assert.Equal(expected[n % 20], composer.Compose(Bodies($"<p>{n % 20} å</p>", $"{n % 20}")).ToArray()));
    }

    [Fact]
    public void Compose_NoKey_HasNoOneClick() => Assert.DoesNotContain(Compose(Draft()).Fields, field => field.Name is "List-Unsubscribe-Post" or "DKIM-Signature");

    [Fact]
    public void Compose_BodyHoldsTheBoundary_StaysOnePart()
    {
        var bytes = new byte[Boundary.Length];
        Boundary.Write("m1@example.com", bytes);
        var boundary = Encoding.ASCII.GetString(bytes);
        var text = $"a\r\n--{boundary}\r\nContent-Type: text/html\r\n\r\nevil\r\n--{boundary}--\r\n";

        var mail = Compose(Bodies("<p>x</p>", text));

        Assert.Equal([text, "<p>x</p>\r\n"], mail.Parts.Select(part => part.Text));
    }

    private static EmailDraft Draft() => Mails.Draft();

    private static EmailDraft Bodies(string? html, string? text) => Draft() with
    {
        Html = html is null ? null : TemplateText.Of(html),
        Text = text is null ? null : TemplateText.Of(text),
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

    private static string[] LinesOf(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    private static string Runs(TemplateText text, TemplateValues values)
    {
        var runs = new MessageBuffer();
        for (var index = 0; index <= text.ValueCount; index++)
        {
            TextRun.Normalize(text.Literal(index).Span, runs);
            if (index < text.ValueCount)
            {
                var value = new MessageBuffer();
                text.WriteValue(index, values, value);
                TextRun.Normalize(value.Written, runs);
            }
        }

        return Lines(Encoding.UTF8.GetString(runs.Written));
    }

    private static string[] Words(string text) => Encoding.UTF8.GetString(HeaderText.OneLine(Encoding.UTF8.GetBytes(text), int.MaxValue))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
