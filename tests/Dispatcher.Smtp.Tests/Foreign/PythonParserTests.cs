using System.Text;
using System.Text.Json;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Templates;
using Dispatcher.Smtp.Mime;
using Dispatcher.Smtp.Tests.Mime;
using Dispatcher.TestKit.Processes;
using FsCheck.Fluent;

namespace Dispatcher.Smtp.Tests.Foreign;

/// <summary>What Python's parser reads in our messages is what was put in, whatever that was.</summary>
public sealed class PythonParserTests
{
    private const int Messages = 150;

    [Fact]
    public async Task Compose_HostileTexts_AreReadAsOneMessageWithTwoParts()
    {
        using var folder = new TempFolder();
        var drafts = HostileText.Gen.ArrayOf(6).Sample(Messages, size: 12).Select(Draft).Append(Draft([.. Enumerable.Repeat(new string('ж', 1_000_000), 6)])).ToList();
        var files = drafts.Select((draft, n) => Write(folder, n, draft)).ToList();

        var lines = await Python.RunAsync("read_mail.py", files);

        Assert.Equal(drafts.Count, lines.Count);
        foreach (var (draft, line) in drafts.Zip(lines))
        {
            var mail = JsonDocument.Parse(line).RootElement;
            string[] optional = ["List-Unsubscribe", "Reply-To"];
            Assert.Equal(
                ["Date", "From", "To", "Subject", "Message-ID", "Feedback-ID", "Auto-Submitted", "X-Invitation-Id", "Content-Language", "MIME-Version", "Content-Type"],
                Strings(mail, "names").Except(optional));
            Assert.Equal(["reviews@acme.example"], mail.GetProperty("from").EnumerateArray().Select(one => one[1].GetString()));
            Assert.Equal(["eva@example.com"], mail.GetProperty("to").EnumerateArray().Select(one => one[1].GetString()));
            Assert.Equal(["text/plain", "text/html"], mail.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("type").GetString()));
            Assert.Equal(
                [Body(draft.Text!), Body(draft.Html!)],
                mail.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("text").GetString()));
        }
    }

    [Fact]
    public async Task Compose_OrdinaryTexts_AreReadWithoutADefect()
    {
        using var folder = new TempFolder();
        var draft = Mails.Draft() with
        {
            FromName = "Åkes Bod & Söner AB, Ängelholm – sedan 1923 i samma lokaler",
            ToName = "Петров, Пётр \"Петя\"",
            Subject = TemplateText.Of("Hur var ditt köp hos Åkes Bod & Söner, Петя? 😀 Berätta gärna vad du tyckte om leveransen"),
        };

        var mail = JsonDocument.Parse(Assert.Single(await Python.RunAsync("read_mail.py", Write(folder, 0, draft)))).RootElement;

        Assert.Empty(mail.GetProperty("defects").EnumerateArray());
        Assert.Equal(draft.FromName, mail.GetProperty("from")[0][0].GetString());
        Assert.Equal(draft.ToName, mail.GetProperty("to")[0][0].GetString());
        Assert.Equal(draft.Subject.Render(draft.Values), mail.GetProperty("subject").GetString());
    }

    private static EmailDraft Draft(string[] texts) => Mails.Draft() with
    {
        FromName = texts[0],
        ToName = texts[1],
        Subject = TemplateText.Of(texts[2]),
        UnsubscribeUrl = "https://example.com/" + texts[3],
        MessageId = texts[3],
        InvitationId = texts[3],
        ReplyTo = texts[3],
        Html = TemplateText.Of(texts[4]),
        Text = TemplateText.Of(texts[5]),
    };

    private static string Write(TempFolder folder, int number, EmailDraft draft)
    {
        var bytes = new MimeComposer().Compose(draft).ToArray();
        var lines = Encoding.Latin1.GetString(bytes).Split("\r\n");
        Assert.All(lines, line => Assert.True(line.Length <= 998));

        // Longer than 78 is only what can't be folded: a name and one word.
        Assert.All(lines.TakeWhile(line => line.Length > 0), line => Assert.True(line.Length <= 78 || line.Trim().Count(c => c == ' ') <= 1, line));
        var path = Path.Combine(folder.Path, $"{number}.eml");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    // The text with CRLF line ends, one at its end.
    private static string Body(TemplateText text)
    {
        var lines = new MessageBuffer();
        TextRun.Normalize(text.Literal(0).Span, lines);
        var body = Encoding.UTF8.GetString(lines.Written);
        return body.Length == 0 || body.EndsWith("\r\n", StringComparison.Ordinal) ? body : body + "\r\n";
    }

    private static IEnumerable<string> Strings(JsonElement element, string name) => element.GetProperty(name).EnumerateArray().Select(item => item.GetString()!);
}
