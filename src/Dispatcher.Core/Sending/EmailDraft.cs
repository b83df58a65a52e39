using Dispatcher.Core.Templates;

namespace Dispatcher.Core.Sending;

/// <summary>The parts of a message before MIME: Unicode text, unescaped for headers. Any text may be hostile.</summary>
public sealed record EmailDraft
{
    /// <summary>Without angle brackets; the same in every attempt.</summary>
    public required string MessageId { get; init; }

    public required DateTimeOffset Date { get; init; }

    /// <summary>Null: the address stands alone.</summary>
    public required string? FromName { get; init; }

    public required string FromEmail { get; init; }

    public required string? ToName { get; init; }

    public required string ToEmail { get; init; }

    /// <summary>Null: no header.</summary>
    public string? ReplyTo { get; init; }

    public required TemplateText Subject { get; init; }

    /// <summary>Null: no such part. At least one of the two bodies is set.</summary>
    public TemplateText? Html { get; init; }

    public TemplateText? Text { get; init; }

    /// <summary>What goes between the literals of subject and bodies.</summary>
    public required TemplateValues Values { get; init; }

    /// <summary>https link for <c>List-Unsubscribe</c> (RFC 2369). Null: no header.</summary>
    public string? UnsubscribeUrl { get; init; }

    /// <summary>Value of <c>X-Invitation-Id</c>: tenant and id, so that a receiver's log can be matched with ours.</summary>
    public required string InvitationId { get; init; }

    /// <summary>Value of <c>Feedback-ID</c>: four fields with colons between. Null: no header.</summary>
    public string? FeedbackId { get; init; }

    /// <summary>Value of <c>Content-Language</c> (RFC 3282): a language tag. Null: no header.</summary>
    public string? Language { get; init; }

    /// <summary>The domain whose key is to sign (RFC 6376 d=). Null: the From address' domain or one above it.</summary>
    public string? DkimDomain { get; init; }
}
