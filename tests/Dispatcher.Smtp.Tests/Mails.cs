using System.Text;
using Dispatcher.Core.Sending;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Dispatcher.Smtp.Tests;

/// <summary>Makes messages and transports, with what a test does not care about filled in.</summary>
internal static class Mails
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

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
