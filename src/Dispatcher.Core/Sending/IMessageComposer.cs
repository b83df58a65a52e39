using Dispatcher.Core.Templates;

namespace Dispatcher.Core.Sending;

/// <summary>Turns a rendered invitation into RFC 5322 content. Safe for concurrent calls.</summary>
public interface IMessageComposer
{
    /// <param name="message">What to say, from whom, to whom.</param>
    /// <returns>Content as <see cref="OutgoingEmail.Content"/> wants it.</returns>
    ReadOnlyMemory<byte> Compose(EmailDraft message);
}

/// <summary>The parts of a message before MIME: Unicode text, unescaped for headers. Any text may be hostile.</summary>
public sealed record EmailDraft
{
    public required string MessageId { get; init; }
    public required DateTimeOffset Date { get; init; }
    public required string? FromName { get; init; }
    public required string FromEmail { get; init; }
    public required string? ToName { get; init; }
    public required string ToEmail { get; init; }
    public string? ReplyTo { get; init; }
    public required RenderedTemplate Rendered { get; init; }

    /// <summary>https link for <c>List-Unsubscribe</c> (RFC 2369). Null: no header.</summary>
    public string? UnsubscribeUrl { get; init; }

    /// <summary>Value of <c>X-Invitation-Id</c>: tenant and id, so that a receiver's log can be matched with ours.</summary>
    public required string InvitationId { get; init; }
}
