using System.Globalization;
using System.Net.Sockets;
using Dispatcher.Core.Sending.Routes;
using Dispatcher.Smtp.Connections;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp.Routing;

/// <summary>Tries a relay as the worker would begin with it (connection, EHLO, TLS, login), and says goodbye: no mail is sent.</summary>
public static class RelayProbe
{
    /// <summary>A route's relay.</summary>
    /// <inheritdoc cref="TryAsync(SmtpOptions, TimeSpan, TimeProvider, CancellationToken)"/>
    public static Task<RelayAnswer> TryAsync(
        SmtpOptions common, RouteSettings route, RelayEndpoint endpoint, TimeSpan limit, TimeProvider time, CancellationToken cancellation) =>
        TryAsync(RouteOptions.OfRelay(common, route, endpoint), limit, time, cancellation);

    /// <param name="options">The relay of these.</param>
    /// <param name="limit">For everything together.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <exception cref="OperationCanceledException">Only when <paramref name="cancellation"/> fired.</exception>
    public static async Task<RelayAnswer> TryAsync(SmtpOptions options, TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        using var tooLate = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, tooLate.Token);
        var late = string.Create(CultureInfo.InvariantCulture, $"no answer within {limit.TotalSeconds:0.#} s");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var wire = new SmtpWire(socket, time);
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return new(SessionStep.Connect, late, false);
        }
        catch (SocketException failure)
        {
            return new(SessionStep.Connect, failure.SocketErrorCode.ToString(), false);
        }

        await using var abandon = either.Token.UnsafeRegister(static state => ((SmtpWire)state!).Abandon(), wire);
        var started = await new SessionStart(options).RunAsync(wire).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        if (started.Refused is { } refused)
        {
            return new(started.FailedAt, tooLate.IsCancellationRequested ? late : refused.Text, wire.IsEncrypted);
        }

        await wire.ExchangeAsync("QUIT", options.Timeouts.Quit).ConfigureAwait(false);
        return new(SessionStep.None, null, wire.IsEncrypted);
    }
}
