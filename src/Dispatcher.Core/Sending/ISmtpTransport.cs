namespace Dispatcher.Core.Sending;

/// <summary>Sends one message by SMTP and says how that ended. The seam behind which another SMTP library can stand.</summary>
/// <remarks>
/// Safe for concurrent calls; connections are the transport's own business. Peers' refusals, resets and time-outs are outcomes, not
/// exceptions. When <paramref name="abandonWork"/> of <see cref="SendAsync"/> fires before the final dot the outcome is
/// <see cref="OutcomeKind.Interrupted"/>, after it <see cref="OutcomeKind.Uncertain"/>.
/// </remarks>
public interface ISmtpTransport
{
    /// <summary>How many messages can be on the wire at once. Up to twice as many calls let a transport prepare each message's successor;
    /// more only make them wait.</summary>
    int Capacity { get; }

    ValueTask<DeliveryOutcome> SendAsync(OutgoingEmail message, CancellationToken abandonWork);
}
