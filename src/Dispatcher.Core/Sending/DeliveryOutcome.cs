using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Sending;

/// <summary>How one attempt ended. Peers' behaviour is a value here, never an exception.</summary>
/// <remarks>The zero value has <see cref="OutcomeKind.Unset"/>: whoever meets it has found a bug and throws.</remarks>
public readonly record struct DeliveryOutcome
{
    public required OutcomeKind Kind { get; init; }

    /// <summary>Why, as a code of <c>reasons.tsv</c>, for example <c>unknown-user</c>. Null: no reply told, or it was taken.</summary>
    public string? Reason { get; init; }

    /// <summary>True: the address is no good for any message, whoever sends it. Only with <see cref="OutcomeKind.Rejected"/>.</summary>
    public bool Hard { get; init; }

    /// <summary>What else must stop being used because of this outcome.</summary>
    public OutcomeScope Scope { get; init; }

    /// <summary>There was no connection for it, so nothing of the message was said. Only with <see cref="OutcomeKind.Deferred"/>.</summary>
    public bool NoConnection { get; init; }

    /// <summary>The attempt does not count: our own relay is away, or nobody was asked, since nobody had answered others. Only with
    /// <see cref="NoConnection"/>.</summary>
    public bool Uncounted { get; init; }

    /// <summary>The status that a <see cref="OutcomeKind.Rejected"/> ends in, or a <see cref="OutcomeKind.Deferred"/> when it is given up
    /// (<see cref="Status.Unset"/>: the recipient's server is to blame). <see cref="Status.Unset"/> for other kinds.</summary>
    public Status Status { get; init; }

    /// <summary>SMTP reply code (RFC 5321 4.2), 200 to 599; 0: there was no reply.</summary>
    public int ReplyCode { get; init; }

    /// <summary>Enhanced status code (RFC 3463), for example <c>4.2.2</c>; null: the peer gave none.</summary>
    public string? EnhancedCode { get; init; }

    /// <summary>One line that is safe to store and show: no control characters, no credentials, at most 300 characters.</summary>
    public string? Text { get; init; }

    /// <summary>Who took the message (host and port; with routes, host, address, port and route). Null unless <see cref="OutcomeKind.Delivered"/>.</summary>
    public string? AcceptedBy { get; init; }

    /// <summary>The kind of wait that a <see cref="OutcomeKind.Deferred"/> asks for.</summary>
    public RetryClass RetryClass { get; init; }

    /// <summary>A wait the peer itself named, or that our relay's connections ask for. Null: the schedule decides.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Waits that the destination's shaping rule asks for in place of the schedule. Null: none.</summary>
    public IReadOnlyList<TimeSpan>? Schedule { get; init; }

    /// <summary>For logs of our own bugs only; never stored.</summary>
    public Exception? Exception { get; init; }
}

public enum OutcomeKind
{
    /// <summary>Never set: a bug.</summary>
    Unset = 0,

    /// <summary>The peer took responsibility (2xx to the final dot).</summary>
    Delivered,

    /// <summary>Not now; nothing was taken. Safe to try again.</summary>
    Deferred,

    /// <summary>The peer refused for good.</summary>
    Rejected,

    /// <summary>The final dot may have been read, and no reply to it came: the peer may or may not have taken the message.</summary>
    Uncertain,

    /// <summary>We stopped before the final dot (shutdown, lost lease). The attempt does not count.</summary>
    Interrupted,
}

public enum OutcomeScope
{
    Message = 0,
    Connection,
    Endpoint,
}

public enum RetryClass
{
    /// <summary>The ordinary schedule.</summary>
    Ordinary = 0,

    /// <summary>Greylisting: a short first wait, then the ordinary schedule.</summary>
    Greylisted,

    /// <summary>We were too fast: short steps that grow, then the ordinary schedule.</summary>
    RateLimited,

    /// <summary>The mailbox is full: it takes people hours or days to empty one.</summary>
    MailboxFull,

    /// <summary>A server that does not answer or is out of order: short steps first, since most such spells are.</summary>
    ServerTrouble,
}
