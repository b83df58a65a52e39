using System.Globalization;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.Smtp.Replies;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp.Connections;

/// <summary>
/// A greeted connection that carries one message after another. Its loop takes messages from the pool, rests there when none waits, and
/// ends when the pool, the server, or a message that went wrong says so.
/// </summary>
/// <remarks>
/// Where both sides can pipeline (RFC 2920), a message costs one round trip: its content goes out together with the envelope of the next
/// one. All fields are the loop's own, but for what a comment names.
/// </remarks>
internal sealed partial class SmtpConnection(SmtpWire wire, ServerCapabilities capabilities, string endpoint, SmtpTimeouts timeouts) : IDisposable
{
    private readonly WakeSignal _wake = new();
    private readonly OutputBuffer _output = new();
    private readonly AcceptedReply _accepted = new(endpoint);
    private readonly Lock _gate = new(); // for the two below
    private Assignment _current; // read by AbandonIfCurrent; set by the pool while the loop rests
    private Assignment _next; // its envelope has been said behind the current one; read by ReturnNext
    private SmtpConnectionPool _pool = null!;
    private bool _pipelines;
    private bool _isPaired; // the current message's envelope was said behind another's content
    private bool _asksDsn;
    private bool _transactionOpen; // the next envelope needs RSET first
    private long _askedAt; // read by the pool's watch: when the last words went out; 0: we wait for nothing

    /// <summary>Messages begun on this connection.</summary>
    public int Messages { get; private set; }

    /// <summary>False: nothing more may be sent here.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <summary>How many messages it is good for at once: none when it ends, two when it may be paired. Under the pool's gate.</summary>
    public int Places { get; set; }

    /// <summary>The ceiling over all connections to its host, in which it has room; null: none. Set before it is started.</summary>
    public ConnectionBudget? Host { get; set; }

    /// <summary>When it was opened and last put aside; the pool's own notes.</summary>
    public long OpenedAt { get; set; }

    public long IdleSince { get; set; }

    /// <summary>Ends with the loop. Set by the pool when it starts it.</summary>
    public Task Loop { get; set; } = Task.CompletedTask;

    /// <summary>False when the server closed or spoke while nothing was asked (a 421 most often).</summary>
    public bool IsHealthy => IsUsable && !wire.IsAbandoned && !wire.HasUnread;

    /// <summary>The last final reply came quickly, and both sides can pipeline: a message may be said behind another.</summary>
    public bool PairsWell { get; private set; }

    /// <summary>There is a message in its hands. Read by the pool.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                return !_current.IsNone;
            }
        }
    }

    /// <summary>A message waits behind another. Read by the pool.</summary>
    public bool HasNext
    {
        get
        {
            lock (_gate)
            {
                return !_next.IsNone;
            }
        }
    }

    /// <summary>When it began to wait for the server; 0: it does not. Read by the pool's watch.</summary>
    public long AskedAt => Volatile.Read(ref _askedAt);

    /// <summary>Carries messages until it ends. Never throws.</summary>
    public async Task RunAsync(SmtpConnectionPool pool)
    {
        _pool = pool;
        _pipelines = pool.Limits.Pipelining && capabilities.Pipelining;
        _asksDsn = pool.Limits.Dsn && capabilities.Dsn;
        try
        {
            while (IsUsable && await TakeAsync())
            {
                await CarryAsync();
            }

            await QuitAsync();
        }
        catch (Exception bug)
        {
            // Of ours, or of a permit: what was said is unknown, so nothing more may be said.
            Dispose();
            _current.Delivery?.Fail(_current.Ticket, bug);
            GiveBack(_next);
        }
        finally
        {
            Dispose();
            pool.Closed(this);
        }
    }

    /// <summary>Wakes the resting loop, with a message or, to end, with none. The pool took it off its list of idle ones before.</summary>
    public void Give(Assignment assignment)
    {
        SetHands(assignment, default);
        _wake.Set();
    }

    /// <summary>Ends the present step when it is this message's; the one said behind it is left to the loop. Called from any thread.</summary>
    public void AbandonIfCurrent(PendingDelivery delivery)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_current.Delivery, delivery))
            {
                wire.Abandon();
            }
        }
    }

    /// <summary>Gives the message behind a slow one back to the pool: only its envelope was said. Called from any thread.</summary>
    public void ReturnNext()
    {
        Assignment next;
        lock (_gate)
        {
            next = _next;
        }

        GiveBack(next);
    }

    /// <summary>Why this server cannot take a message, whatever it is asked; null: it can.</summary>
    public DeliveryOutcome? Unsendable(in Envelope envelope)
    {
        if (envelope.NeedsUtf8 && !capabilities.SmtpUtf8)
        {
            return envelope.RecipientNeedsUtf8
                ? Outcomes.Refused(Status.InvalidRecipient, "the server does not support SMTPUTF8, which the address needs", "utf8-needed")
                : Outcomes.Refused(Status.InvalidSenderAddress, "the server does not support SMTPUTF8, which an address of the sender needs", "utf8-needed");
        }

        if (capabilities.MaxSize > 0 && envelope.Content.Length > capabilities.MaxSize)
        {
            return Outcomes.Refused(Status.Rejected, string.Create(
                CultureInfo.InvariantCulture,
                $"the message has {envelope.Content.Length} octets, the server takes {capabilities.MaxSize}"), "too-big");
        }

        // Our composer writes 7-bit content, so whoever made this one made a mistake (RFC 6152 3).
        return envelope.EightBit && !capabilities.EightBitMime
            ? Outcomes.Refused(Status.InternalError, "the content is 8-bit and the server does not support 8BITMIME")
            : null;
    }

    public void Dispose()
    {
        IsUsable = false;
        wire.Dispose();
    }

    /// <summary>Gets the next message, resting in the pool while there is none. False: the connection is to end.</summary>
    private async ValueTask<bool> TakeAsync()
    {
        if (!_pool.TryTake(this, out var taken))
        {
            return false;
        }

        if (taken.IsNone)
        {
            await _wake.WaitAsync();
            return !_current.IsNone;
        }

        SetHands(taken, default);
        return true;
    }

    /// <summary>Says goodbye, briefly (RFC 5321 4.1.1.10), and closes.</summary>
    private async Task QuitAsync()
    {
        if (IsHealthy)
        {
            await wire.ExchangeAsync("QUIT", timeouts.Quit);
        }
    }

    private void SetHands(Assignment current, Assignment next)
    {
        lock (_gate)
        {
            (_current, _next) = (current, next);
        }
    }

    private void GiveBack(Assignment assignment)
    {
        if (assignment.Delivery is { } delivery && !_pool.TryReturn(assignment))
        {
            delivery.TryComplete(assignment.Ticket, Outcomes.LostBeforeDot(SmtpStage.Mail, WireFault.Closed));
        }
    }
}
