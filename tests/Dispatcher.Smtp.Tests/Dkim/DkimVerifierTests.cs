using System.Security.Cryptography;
using System.Text;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Templates;
using Dispatcher.Smtp.Dkim;
using Dispatcher.Smtp.Mime;
using Dispatcher.Smtp.Tests.Mime;
using Dispatcher.TestKit.Processes;
using FsCheck.Fluent;

namespace Dispatcher.Smtp.Tests.Dkim;

/// <summary>Signatures are judged by dkimpy, which shares no code with us.</summary>
public sealed class DkimVerifierTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private int _files;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1024)]
    [InlineData(2048)]
    [InlineData(4096)]
    public async Task Compose_Key_SignsSoThatOthersVerify(int bits)
    {
        using var rsa = RSA.Create(bits);
        var composer = Composer(out var record, rsa.ExportRSAPrivateKeyPem());

        Assert.Equal(["pass"], await VerifyAsync(record, composer.Compose(Mails.Draft()).ToArray()));
    }

    [Fact]
    public async Task Compose_Signed_HasBothListUnsubscribeFieldsUnderTheSignature()
    {
        var composer = Composer(out var record);

        var bytes = composer.Compose(Mails.Draft()).ToArray();

        var mail = ParsedMail.Parse(bytes);
        Assert.Equal("DKIM-Signature", mail.Fields[0].Name);
        Assert.Equal("List-Unsubscribe=One-Click", mail["List-Unsubscribe-Post"]);
        var signed = mail["DKIM-Signature"].Split("h=")[1].Split(';')[0].Replace(" ", "", StringComparison.Ordinal).Split(':');
        Assert.Equal(2, signed.Count(name => name == "List-Unsubscribe"));
        Assert.Equal(2, signed.Count(name => name == "List-Unsubscribe-Post"));
        Assert.Contains("Feedback-ID", signed);
        Assert.Contains("d=acme.example; s=s1;", mail["DKIM-Signature"], StringComparison.Ordinal);
        Assert.All(Encoding.ASCII.GetString(bytes).Split("\r\n\r\n")[0].Split("\r\n"), line => Assert.True(line.Length <= 78, line));
        Assert.Equal(["pass"], await VerifyAsync(record, bytes));
    }

    [Fact]
    public async Task Compose_HostileTexts_StillVerify()
    {
        var composer = Composer(out var record);
        var drafts = HostileText.Gen.ArrayOf(5).Sample(100, size: 12).Select(text => Mails.Draft() with
        {
            FromName = text[0],
            ToName = text[1],
            Subject = TemplateText.Of(text[2]),
            Html = TemplateText.Of(text[3]),
            Text = TemplateText.Of(text[4]),
            ReplyTo = null,
        }).ToList();

        var results = await VerifyAsync(record, [.. drafts.Select(draft => composer.Compose(draft).ToArray())]);

        Assert.All(results, result => Assert.Equal("pass", result));
        Assert.Equal(drafts.Count, results.Count);
    }

    [Fact]
    public async Task Compose_SinglePart_Verifies()
    {
        var composer = Composer(out var record);

        Assert.Equal(
            ["pass", "pass", "pass"],
            await VerifyAsync(
                record,
                composer.Compose(Mails.Draft() with { Html = null }).ToArray(),
                composer.Compose(Mails.Draft() with { Text = null, Html = TemplateText.Of("Спасибо за покупку") }).ToArray(),
                composer.Compose(Mails.Draft() with { Html = null, Text = TemplateText.Of("") }).ToArray()));
    }

    [Fact]
    public async Task Compose_MessageChangedOnTheWay_IsCaught()
    {
        var composer = Composer(out var record);
        var sent = Encoding.ASCII.GetString(composer.Compose(Mails.Draft()).Span);
        string[] changed =
        [
            Replace(sent, "How was it?", "How is it?"),
            Replace(sent, "<p>Hej Eva!</p>", "<p>Hej Ada!</p>"),
            Replace(sent, "List-Unsubscribe: <https://example.com/u/1", "List-Unsubscribe: <https://evil.example/u/1"),
            Replace(sent, "List-Unsubscribe=One-Click", "List-Unsubscribe=Two-Click"),
            Replace(sent, "Date: ", "Subject: another\r\nDate: "),
            Replace(sent, "Date: ", "From: other@example.com\r\nDate: "),
            Replace(sent, "Date: ", "Cc: other@example.com\r\nDate: "),
            Replace(sent, "Date: ", "Reply-To: other@example.com\r\nDate: "),
            sent + "more\r\n",
        ];

        Assert.All(await VerifyAsync(record, [.. changed.Select(Encoding.ASCII.GetBytes)]), result => Assert.Equal("fail", result));
    }

    [Fact]
    public async Task Compose_WhatRelaysDo_DoesNoHarm()
    {
        var composer = Composer(out var record);
        var sent = Encoding.ASCII.GetString(composer.Compose(Mails.Draft()).Span);

        var relayed = "Received: from a by b;\r\n Mon, 1 Jan 2026 00:00:00 +0000\r\n" + Replace(sent, "Subject: How was it?", "subject:  How\r\n\twas  it?  ") + "\r\n\r\n";

        Assert.Equal(["pass"], await VerifyAsync(record, Encoding.ASCII.GetBytes(relayed)));
    }

    [Fact]
    public async Task Compose_ManyThreads_AllVerify()
    {
        var composer = Composer(out var record);
        var messages = new byte[64][];

        Parallel.For(0, messages.Length, n => messages[n] = composer.Compose(Mails.Draft() with { MessageId = $"{n}@example.com" }).ToArray());

        Assert.All(await VerifyAsync(record, messages), result => Assert.Equal("pass", result));
    }

    private static string Replace(string text, string old, string by)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        var at = text.IndexOf(old, StringComparison.Ordinal);
        return text[..at] + by + text[(at + old.Length)..];
    }

    private MimeComposer Composer(out DkimRecord record, string? pem = null)
    {
        var keys = Path.Combine(_folder.Path, "keys");
        Keys.Put(keys, "acme.example", "s1", pem);
        record = Assert.Single(new DkimKeyStore(keys).List()).Record!;
        return new MimeComposer(Keys.Ring(keys));
    }

    private Task<IReadOnlyList<string>> VerifyAsync(DkimRecord record, params byte[][] messages)
    {
        var files = messages.Select(message =>
        {
            var path = Path.Combine(_folder.Path, $"{_files++}.eml");
            File.WriteAllBytes(path, message);
            return path;
        }).ToList();
        return Python.RunAsync("verify_dkim.py", [record.Value, .. files]);
    }
}
