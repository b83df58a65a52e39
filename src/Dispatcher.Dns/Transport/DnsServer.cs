using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Dispatcher.Core.Dns;

namespace Dispatcher.Dns.Transport;

/// <summary>A server that we ask: what we know of it, and its idle TCP connections. Safe for concurrent calls.</summary>
internal sealed class DnsServer(IPEndPoint endpoint, TimeProvider time) : IDisposable
{
    private const int MostIdle = 4;

    /// <summary>Servers close idle connections after some seconds (RFC 7766 section 6.2.3): sooner is surer.</summary>
    private static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(5);

    /// <summary>How long a server that failed is asked after the others.</summary>
    private static readonly TimeSpan SuspectFor = TimeSpan.FromSeconds(10);

    private readonly ConcurrentStack<TcpConnection> _idle = new();
    private long _failedAt = long.MinValue;
    private volatile bool _withoutEdns;

    public IPEndPoint Endpoint => endpoint;

    /// <summary>True once the server has said that it does not know EDNS (RFC 6891 section 7).</summary>
    public bool WithoutEdns
    {
        get => _withoutEdns;
        set => _withoutEdns = value;
    }

    public bool IsSuspect => Volatile.Read(ref _failedAt) is var failedAt and not long.MinValue && time.GetElapsedTime(failedAt) < SuspectFor;

    public void Failed() => Volatile.Write(ref _failedAt, time.GetTimestamp());

    public void Answered() => Volatile.Write(ref _failedAt, long.MinValue);

    /// <summary>One query over TCP. An idle connection that turns out to be closed is replaced once.</summary>
    public async Task<Exchange> AskByTcpAsync(DnsQuery query, CancellationToken deadline)
    {
        try
        {
            if (TakeIdle() is { } kept && await TryAsync(kept, query, deadline).ConfigureAwait(false) is { } answer)
            {
                return answer;
            }

            var fresh = await TcpConnection.OpenAsync(endpoint, deadline).ConfigureAwait(false);
            return await TryAsync(fresh, query, deadline).ConfigureAwait(false) ?? new(null, DnsFailure.Refused);
        }
        catch (OperationCanceledException)
        {
            return new(null, DnsFailure.Timeout);
        }
        catch (SocketException)
        {
            return new(null, DnsFailure.Refused);
        }
    }

    public void Dispose()
    {
        while (_idle.TryPop(out var connection))
        {
            connection.Dispose();
        }
    }

    /// <returns>Null: the connection was closed.</returns>
    private async Task<Exchange?> TryAsync(TcpConnection connection, DnsQuery query, CancellationToken deadline)
    {
        var keep = false;
        try
        {
            if (await connection.ExchangeAsync(query.Packet, deadline).ConfigureAwait(false) is not { } message)
            {
                return null;
            }

            // Cut off here as well, it is not all of the answer and there is no other way to ask.
            keep = query.IsAnsweredBy(message);
            return keep && query.Read(message) is { Truncated: false } response ? Exchange.Of(response) : new(null, DnsFailure.Malformed);
        }
        catch (SocketException)
        {
            return null;
        }
        finally
        {
            Return(connection, keep);
        }
    }

    private TcpConnection? TakeIdle()
    {
        while (_idle.TryPop(out var connection))
        {
            if (time.GetElapsedTime(connection.LastUsed) < IdleFor)
            {
                return connection;
            }

            connection.Dispose();
        }

        return null;
    }

    private void Return(TcpConnection connection, bool keep)
    {
        // The count may be passed by a few when several come back at once, which does no harm.
        if (keep && _idle.Count < MostIdle)
        {
            connection.LastUsed = time.GetTimestamp();
            _idle.Push(connection);
        }
        else
        {
            connection.Dispose();
        }
    }
}
