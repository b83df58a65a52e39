namespace Dispatcher.Core.Sending;

/// <summary>Turns an invitation into RFC 5322 content: renders, encodes, signs. Safe for concurrent calls.</summary>
public interface IMessageComposer
{
    /// <param name="message">What to say, from whom, to whom.</param>
    /// <returns>Content as <see cref="OutgoingEmail.Content"/> wants it.</returns>
    ReadOnlyMemory<byte> Compose(EmailDraft message);
}
