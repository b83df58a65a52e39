using System.Buffers;
using System.Globalization;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.Smtp.Replies;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp.Connections;

/// <summary>A greeted connection that carries one message after another. One caller at a time.</summary>
internal sealed class SmtpConnection(SmtpWire wire, ServerCapabilities capabilities, string endpoint, SmtpTimeouts timeouts) : IDisposable
{
    private const int BlockSize = 64 * 1024;
    private const int LargestKeptBuffer = 1024 * 1024;

    private ArrayBufferWriter<byte> _content = new();
    private bool _transactionOpen;

    /// <summary>Messages begun on this connection.</summary>
    public int Messages { get; private set; }

    /// <summary>False: nothing more may be sent here.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <summary>After <see cref="SendAsync"/>: a kept connection turned out to be dead before any of the message was said.</summary>
    public bool WasStale { get; private set; }

    /// <summary>When it was last put aside; the pool's own note.</summary>
    public long IdleSince { get; set; }

    /// <summary>False when the server closed or spoke while nothing was asked (a 421 most often).</summary>
    public bool IsHealthy => IsUsable && !wire.IsAbandoned && !wire.HasUnread;

    /// <summary>Sends one message. <see cref="IsUsable"/> and <see cref="WasStale"/> tell afterwards how the connection is.</summary>
    public async ValueTask<DeliveryOutcome> SendAsync(Envelope envelope, ISendPermit permit, CancellationToken abandonWork)
    {
        if (Unsendable(envelope) is { } refusal)
        {
            return refusal;
        }

        await using var abandon = abandonWork.UnsafeRegister(static state => ((SmtpWire)state!).Abandon(), wire);

        // 1. RSET, where the last transaction was left open by a refusal.
        var reused = Messages++ > 0;
        if (_transactionOpen && await wire.ExchangeAsync("RSET", timeouts.Command) is { IsPositive: false } reset)
        {
            WasStale = IsGone(reset);
            IsUsable = false;
            return Ended(SmtpStage.Mail, reset);
        }

        // 2. MAIL and RCPT.
        var stale = reused && !_transactionOpen;
        _transactionOpen = false;
        var mail = await wire.ExchangeAsync(MailCommand(envelope), timeouts.Command);
        if (!mail.IsPositive)
        {
            WasStale = stale && IsGone(mail);
            return Ended(SmtpStage.Mail, mail);
        }

        _transactionOpen = true;
        var rcpt = await wire.ExchangeAsync($"RCPT TO:<{envelope.To}>", timeouts.Command);
        if (!rcpt.IsPositive)
        {
            return Ended(SmtpStage.Rcpt, rcpt);
        }

        // 3. DATA: only 354 means "go on".
        var data = await wire.ExchangeAsync("DATA", timeouts.Data);
        return data.Reply is { Code: 354 } ? await SendContentAsync(envelope, permit) : Ended(SmtpStage.Data, data);
    }

    /// <summary>Says goodbye, briefly (RFC 5321 4.1.1.10), and closes. Never throws.</summary>
    public async Task QuitAsync()
    {
        if (IsHealthy)
        {
            await wire.ExchangeAsync("QUIT", timeouts.Quit);
        }

        Dispose();
    }

    public void Dispose()
    {
        IsUsable = false;
        wire.Dispose();
    }

    private async ValueTask<DeliveryOutcome> SendContentAsync(Envelope envelope, ISendPermit permit)
    {
        _content.ResetWrittenCount();
        ContentEncoder.Encode(envelope.Content.Span, _content);
        var rest = _content.WrittenMemory;

        // 4. All blocks but the last. Without its end the server must throw the content away.
        while (rest.Length > BlockSize + ContentEncoder.FinalDot.Length)
        {
            if (await wire.WriteAsync(rest[..BlockSize], timeouts.DataBlock) is var fault and not WireFault.None)
            {
                return Ended(SmtpStage.Data, new WireRead(null, fault));
            }

            rest = rest[BlockSize..];
        }

        // 5. The last moment to stop: the server spoke already (421, "too big"), we are stopping, or the lease may be lost.
        if (wire.HasUnread)
        {
            IsUsable = false;
            return Ended(SmtpStage.Data, await wire.ReadReplyAsync(timeouts.Data));
        }

        if (wire.IsAbandoned || !permit.MayFinish)
        {
            IsUsable = false;
            return Outcomes.Interrupted(wire.IsAbandoned ? "stopped before the final dot" : "not permitted to finish");
        }

        // 6. The last block with the final dot. From here on, silence means that we do not know.
        var sent = await wire.WriteAsync(rest, timeouts.DataBlock);
        var final = sent == WireFault.None ? await wire.ReadReplyAsync(timeouts.FinalReply) : new WireRead(null, sent);
        _transactionOpen = false;
        if (_content.Capacity > LargestKeptBuffer)
        {
            _content = new ArrayBufferWriter<byte>();
        }

        if (final.Reply is null)
        {
            IsUsable = false;
            return Outcomes.LostAfterDot(final.Fault);
        }

        var outcome = Ended(SmtpStage.Final, final);
        return outcome.Kind == OutcomeKind.Delivered ? outcome with { AcceptedBy = endpoint } : outcome;
    }

    private DeliveryOutcome? Unsendable(Envelope envelope)
    {
        if (envelope.NeedsUtf8 && !capabilities.SmtpUtf8)
        {
            return envelope.SenderNeedsUtf8
                ? Outcomes.Refused(Status.InvalidSenderAddress, "the server does not support SMTPUTF8, which the sender's address needs")
                : Outcomes.Refused(Status.InvalidRecipient, "the server does not support SMTPUTF8, which the address needs");
        }

        if (capabilities.MaxSize > 0 && envelope.Content.Length > capabilities.MaxSize)
        {
            return Outcomes.Refused(Status.Rejected, string.Create(
                CultureInfo.InvariantCulture,
                $"the message has {envelope.Content.Length} octets, the server takes {capabilities.MaxSize}"));
        }

        // Our composer writes 7-bit content, so whoever made this one made a mistake (RFC 6152 3).
        return envelope.EightBit && !capabilities.EightBitMime
            ? Outcomes.Refused(Status.InternalError, "the content is 8-bit and the server does not support 8BITMIME")
            : null;
    }

    private string MailCommand(Envelope envelope)
    {
        var size = capabilities.Size ? string.Create(CultureInfo.InvariantCulture, $" SIZE={envelope.Content.Length}") : "";
        var body = envelope.EightBit ? " BODY=8BITMIME" : "";
        var utf8 = envelope.NeedsUtf8 ? " SMTPUTF8" : "";
        return $"MAIL FROM:<{envelope.From}>{size}{body}{utf8}";
    }

    private DeliveryOutcome Ended(SmtpStage stage, WireRead read)
    {
        var outcome = read.Reply is { } reply ? ReplyTable.Map(stage, reply) : Outcomes.LostBeforeDot(stage, read.Fault);
        IsUsable &= read.Reply is not null && outcome.Scope == OutcomeScope.Message;
        return outcome;
    }

    private static bool IsGone(WireRead read) => read.Fault == WireFault.Closed || read.Reply is { Code: 421 };
}
