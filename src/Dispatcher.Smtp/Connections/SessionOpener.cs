using System.Net.Sockets;
using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp.Connections;

/// <summary>Makes a connected socket a greeted connection. Safe for concurrent calls.</summary>
internal sealed class SessionOpener(SessionStart start, SmtpTimeouts timeouts, TimeProvider time)
{
    /// <summary>Owns the socket from here on.</summary>
    /// <param name="endpoint">For <see cref="DeliveryOutcome.AcceptedBy"/>.</param>
    public async ValueTask<OpenedSession> OpenAsync(Socket socket, string endpoint, SessionNames names, CancellationToken abandonWork)
    {
        var wire = new SmtpWire(socket, time);
        SmtpConnection? connection = null;
        try
        {
            await using var abandon = abandonWork.UnsafeRegister(static state => ((SmtpWire)state!).Abandon(), wire);
            var started = await start.RunAsync(wire, names);
            connection = started.Refused is null ? new SmtpConnection(wire, started.Capabilities, endpoint, timeouts) : null;
            return new(connection, started.Refused ?? default, started.FailedAt);
        }
        finally
        {
            if (connection is null)
            {
                wire.Dispose();
            }
        }
    }
}

/// <summary>A greeted connection, or null and why not.</summary>
internal readonly record struct OpenedSession(SmtpConnection? Connection, DeliveryOutcome Failure, SessionStep FailedAt);
