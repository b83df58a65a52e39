using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Replies;

/// <summary>Why a peer did not take a message, and what follows from that. A row of <c>reasons.tsv</c>.</summary>
public sealed record ReplyReason
{
    /// <summary>For example <c>unknown-user</c>: a contract, since history and commands show it.</summary>
    public required string Code { get; init; }

    /// <summary>When the attempt's class of reply decides, and when the reason itself does.</summary>
    public required ReasonRule Rule { get; init; }

    /// <summary>What a permanent refusal for this reason ends in. Unset when there is none.</summary>
    public Status Status { get; init; }

    /// <summary>What else must stop being used.</summary>
    public OutcomeScope Scope { get; init; }

    /// <summary>How to wait when it is temporary.</summary>
    public RetryClass RetryClass { get; init; }

    /// <summary>True: a permanent refusal for this reason says that the address is no good, for any message.</summary>
    public bool Hard { get; init; }

    /// <summary>One sentence for people.</summary>
    public required string Meaning { get; init; }

    /// <summary>It says something about the recipient's address or mailbox.</summary>
    internal bool IsAboutRecipient => Status == Status.InvalidRecipient || RetryClass == RetryClass.MailboxFull;
}

public enum ReasonRule
{
    /// <summary>Never set: a bug.</summary>
    Unset = 0,

    /// <summary>4xx is deferred, 5xx is rejected; a text without any code is rejected.</summary>
    ByCode,

    /// <summary>4xx is deferred, 5xx is rejected; a text without any code is deferred.</summary>
    ByCodeElseDeferred,

    /// <summary>Deferred even when the code says never.</summary>
    Deferred,

    /// <summary>Rejected even when the code says later.</summary>
    Rejected,
}
