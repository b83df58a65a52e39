using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp.Connections;

/// <summary>How the beginning of a session ended.</summary>
/// <param name="Refused">Why nothing may be sent to it; null: all is well.</param>
/// <param name="TlsFailed">It was TLS that went wrong.</param>
internal readonly record struct StartedSession(ServerCapabilities Capabilities, DeliveryOutcome? Refused, bool TlsFailed = false);
