using System.Text;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Templates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Dispatcher.Smtp.Tests;

/// <summary>Makes messages and transports, with what a test does not care about filled in.</summary>
internal static class Mails
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static readonly TemplateValues Values = new()
    {
        Name = "Eva",
        Company = "Acme",
        Domain = "acme.example",
        Link = "https://example.com/r/1",
        UnsubscribeLink = "https://example.com/u/1?a=b",
    };

    public static EmailDraft Draft() => new()
    {
        MessageId = "m1@example.com",
        Date = new DateTimeOffset(2026, 1, 2, 5, 4, 5, TimeSpan.FromHours(2)),
        FromName = "Acme \"AB\"",
        FromEmail = "reviews@acme.example",
        ToName = "Eva Berg",
        ToEmail = "eva@example.com",
        ReplyTo = "help@acme.example",
        Subject = TemplateText.Of("How was it?"),
        Html = TemplateText.Of("<p>Hej Eva!</p>"),
        Text = TemplateText.Of("Hej Eva!"),
        Values = Values,
        UnsubscribeUrl = "https://example.com/u/1?a=b",
        InvitationId = "acme/01JD",
        FeedbackId = "default:acme:service:dispatcher",
        Language = "sv-SE",
    };

    public static OutgoingEmail Message(
        string to = "eva@example.com", string content = "Subject: hello\r\n\r\nhello\r\n", Func<bool>? mayFinish = null, string from = "from@example.com") => new()
        {
            EnvelopeFrom = from,
            EnvelopeTo = to,
            Content = Encoding.UTF8.GetBytes(content),
            MessageId = "m1@example.com",
            Permit = new Permit(mayFinish ?? (() => true)),
        };

    public static SmtpTransport Transport(int port, Action<SmtpOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new SmtpOptions { Port = port, EhloName = "test.example.com" };
        configure?.Invoke(options);
        return new SmtpTransport(Options.Create(options), time ?? TimeProvider.System, NullLogger<SmtpTransport>.Instance);
    }

    /// <summary>Sends one message over a transport of its own.</summary>
    public static async Task<DeliveryOutcome> SendAsync(int port, OutgoingEmail? message = null)
    {
        await using var transport = Transport(port);
        return await transport.SendAsync(message ?? Message(), CancellationToken.None).AsTask().WaitAsync(Limit);
    }

    private sealed class Permit(Func<bool> mayFinish) : ISendPermit
    {
        public bool MayFinish => mayFinish();
    }
}
