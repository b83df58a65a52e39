using Dispatcher.Core.Sending;

namespace Dispatcher.Smtp.Connections;

/// <summary>A message in a connection's hands. The default is none.</summary>
internal readonly record struct Assignment(PendingDelivery? Delivery, int Ticket)
{
    public bool IsNone => Delivery is null;

    public bool TryFinish() => Delivery!.TryFinish(Ticket);

    public bool TryComplete(in DeliveryOutcome outcome) => Delivery!.TryComplete(Ticket, outcome);
}
