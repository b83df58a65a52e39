using Dispatcher.Core.Sending;

namespace Dispatcher.Smtp.Connections;

/// <summary>A greeted connection, or null and why not.</summary>
internal readonly record struct OpenedConnection(SmtpConnection? Connection, DeliveryOutcome Failure);
