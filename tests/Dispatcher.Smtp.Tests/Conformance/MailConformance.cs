using System.Globalization;
using System.Text;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Templates;
using Dispatcher.Smtp.Mime;
using Dispatcher.Smtp.Tests.Mime;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>What must hold between our client and any server. Run for the simulator and for real ones, so that the simulator stays honest.</summary>
/// <param name="missing">Why the server cannot be used here: skips, and fails in CI. Null: it can.</param>
/// <param name="forbidden">What this machine forbids, whatever is installed: skips, in CI too. Null: nothing.</param>
public abstract class MailConformance(string? missing, string? forbidden = null) : IAsyncLifetime
{
    private IMailReceiver? _receiver;

    private IMailReceiver Receiver => _receiver!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(forbidden is not null, forbidden ?? "");
        Peers.Require(missing);
        _receiver = await GetReceiverAsync();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_ComposedMessage_ArrivesIntact(bool pipelining)
    {
        var draft = Draft("intact", "Hej Åsa!\r\n.\r\n..two dots\r\n\r\n.trailing");
        var outcome = await SendOneAsync(draft, pipelining);
        var arrived = await Receiver.FindAsync(draft.MessageId);

        Assert.Equal(OutcomeKind.Delivered, outcome.Kind);
        Assert.EndsWith(Encoding.Latin1.GetString(new MimeComposer().Compose(draft).Span).TrimEnd(), arrived.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_DotsAtLineStarts_ArriveAsWritten(bool pipelining)
    {
        const string Body = ".\r\n..\r\n.a\r\n\r\n...\r\n";
        var message = Message("someone", "Message-ID: <dots@test.example>\r\nSubject: dots\r\n\r\n" + Body + "end\r\n");

        await using var transport = Transport(pipelining);
        var outcome = await SendAsync(transport, message);
        var arrived = await Receiver.FindAsync("dots@test.example");

        Assert.Equal(OutcomeKind.Delivered, outcome.Kind);
        Assert.EndsWith("\r\n\r\n" + Body + "end", arrived.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_LargeMessage_ArrivesWhole(bool pipelining)
    {
        var body = string.Concat(Enumerable.Range(0, 5_000).Select(i => string.Create(CultureInfo.InvariantCulture, $".line {i} {new string('x', 60)}\r\n")));
        var message = Message("someone", "Message-ID: <large@test.example>\r\n\r\n" + body);

        await using var transport = Transport(pipelining);
        var outcome = await SendAsync(transport, message);
        var arrived = await Receiver.FindAsync(".line 4999 ");

        Assert.Equal(OutcomeKind.Delivered, outcome.Kind);
        Assert.EndsWith(body.TrimEnd(), arrived.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public virtual async Task SendAsync_UnknownUser_IsInvalidRecipientAndTheConnectionGoesOn(bool pipelining)
    {
        await using var transport = Transport(pipelining, options => options.Connections = 1);

        var unknown = await SendAsync(transport, Message(Receiver.UnknownUser));
        var known = await SendAsync(transport, Message("someone"));

        Assert.Equal((OutcomeKind.Rejected, Status.InvalidRecipient, Receiver.UnknownUserCode), (unknown.Kind, unknown.Status, unknown.EnhancedCode));
        Assert.Equal((OutcomeKind.Delivered, $"127.0.0.1:{Receiver.Port}"), (known.Kind, known.AcceptedBy));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_ManyAtOnce_AllAreDelivered(bool pipelining)
    {
        await using var transport = Transport(pipelining, options => (options.Connections, options.MessagesPerConnection) = (8, 7));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
            SendAsync(transport, Message(string.Create(CultureInfo.InvariantCulture, $"user{i}")))));

        Assert.All(outcomes, outcome => Assert.Equal(OutcomeKind.Delivered, outcome.Kind));
    }

    /// <summary>Content that tries to end itself and to go on with a second message (SMTP smuggling): it must arrive as one.</summary>
    [Theory]
    [InlineData("lf", "\n.\n")]
    [InlineData("cr", "\r.\r")]
    [InlineData("lf-crlf", "\n.\r\n")]
    [InlineData("cr-crlf", "\r.\r\n")]
    [InlineData("crlf-lf", "\r\n.\n")]
    [InlineData("crlf-cr", "\r\n.\r")]
    [InlineData("crlf", "\r\n.\r\n")]
    [InlineData("crcrlf", "\r\r\n.\r\r\n")]
    public async Task SendAsync_ContentHidesAnEndOfData_ArrivesAsOneMessage(string name, string hidden)
    {
        var id = $"smuggle-{name}@test.example";
        var content = $"Message-ID: <{id}>\r\nSubject: one\r\n\r\nbefore{hidden}MAIL FROM:<x@test.example>\r\nRCPT TO:<y@{Receiver.Domain}>\r\nDATA\r\nafter {name}\r\n";

        await using var transport = Transport(pipelining: true);
        var outcome = await SendAsync(transport, Message("someone", content));
        var next = await SendAsync(transport, Message("someone"));
        var arrived = await Receiver.FindAsync(id);

        Assert.Equal((OutcomeKind.Delivered, OutcomeKind.Delivered), (outcome.Kind, next.Kind));
        Assert.EndsWith($"\r\nMAIL FROM:<x@test.example>\r\nRCPT TO:<y@{Receiver.Domain}>\r\nDATA\r\nafter {name}", arrived.TrimEnd(), StringComparison.Ordinal);
    }

    /// <summary>The server; may be shared by the facts of a class.</summary>
    protected abstract Task<IMailReceiver> GetReceiverAsync();

    private async Task<DeliveryOutcome> SendOneAsync(EmailDraft draft, bool pipelining)
    {
        await using var transport = Transport(pipelining);
        return await SendAsync(transport, Message("someone") with { Content = new MimeComposer().Compose(draft) });
    }

    private SmtpTransport Transport(bool pipelining, Action<SmtpOptions>? configure = null) => Mails.Transport(Receiver.Port, options =>
    {
        options.Pipelining = pipelining;
        Receiver.Configure(options);
        configure?.Invoke(options);
    });

    private static Task<DeliveryOutcome> SendAsync(SmtpTransport transport, OutgoingEmail message) =>
        transport.SendAsync(message, CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

    private OutgoingEmail Message(string user, string content = "Subject: hello\r\n\r\nhello\r\n") =>
        Mails.Message($"{user}@{Receiver.Domain}", content);

    private EmailDraft Draft(string id, string text) => new()
    {
        MessageId = id + "@test.example",
        Date = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        FromName = "Åkes Bod",
        FromEmail = "shop@test.example",
        ToName = "Åsa",
        ToEmail = "someone@" + Receiver.Domain,
        Subject = TemplateText.Of("Hur var det, Åsa?"),
        Html = TemplateText.Of($"<p>{text}</p>"),
        Text = TemplateText.Of(text),
        Values = Mails.Values,
        InvitationId = "acme/" + id,
    };
}
