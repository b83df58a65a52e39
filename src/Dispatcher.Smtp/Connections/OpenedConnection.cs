using Dispatcher.Core.Sending;

namespace Dispatcher.Smtp.Connections;

/// <summary>A greeted connection, or none and why not: a failure, or all the room of hosts that would do is taken by ourselves.</summary>
/// <param name="Full">What to wait for; null: nothing.</param>
internal readonly record struct OpenedConnection(SmtpConnection? Connection, DeliveryOutcome Failure, IReadOnlyCollection<ConnectionBudget>? Full = null)
{
    public static OpenedConnection Failed(DeliveryOutcome failure) => new(null, failure);

    public static OpenedConnection MustWait(IReadOnlyCollection<ConnectionBudget> full) => new(null, default, full);
}
