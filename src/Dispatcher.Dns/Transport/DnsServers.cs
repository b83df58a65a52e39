using System.Net;
using Dispatcher.Core.Dns;
using Dispatcher.Dns.Wire;

namespace Dispatcher.Dns.Transport;

/// <summary>
/// Asks the servers until one knows: in their order, those that failed lately last, each as often as it is set, within one time for all of it.
/// A truncated answer is asked for again by TCP.
/// </summary>
internal sealed class DnsServers : IDisposable
{
    private readonly DnsServer[] _servers;
    private readonly int _attempts;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _room;

    public DnsServers(IEnumerable<IPEndPoint> servers, DnsOptions options, TimeProvider time)
    {
        _servers = [.. servers.Select(endpoint => new DnsServer(endpoint, time))];
        _attempts = options.Attempts;
        _timeout = options.Timeout;
        _time = time;
        _room = new SemaphoreSlim(options.Concurrency);
    }

    /// <summary>Never throws for anything that servers do.</summary>
    /// <param name="name">In wire form.</param>
    /// <param name="started">When the look-up began that this is a part of: its time counts from then.</param>
    public async Task<Exchange> AskAsync(ReadOnlyMemory<byte> name, RecordType type, long started)
    {
        var left = _timeout - _time.GetElapsedTime(started);
        using (var deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time))
        {
            try
            {
                await _room.WaitAsync(deadline.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return new(null, DnsFailure.Timeout);
            }
        }

        try
        {
            return await AskAllAsync(name, type, started).ConfigureAwait(false);
        }
        finally
        {
            _room.Release();
        }
    }

    public void Dispose()
    {
        foreach (var server in _servers)
        {
            server.Dispose();
        }

        _room.Dispose();
    }

    private async Task<Exchange> AskAllAsync(ReadOnlyMemory<byte> name, RecordType type, long started)
    {
        DnsServer[] order = [.. _servers.Where(server => !server.IsSuspect), .. _servers.Where(server => server.IsSuspect)];
        var last = new Exchange(null, DnsFailure.Timeout);
        var tries = order.Length * _attempts;
        for (var i = 0; i < tries; i++)
        {
            // An equal share of what is left, so that a server that fails at once leaves its time to the others.
            var left = _timeout - _time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                break;
            }

            var server = order[i % order.Length];
            using var deadline = new CancellationTokenSource(left / (tries - i), _time);
            last = await AskOneAsync(server, name, type, deadline.Token).ConfigureAwait(false);
            if (last.Response is { Code: ResponseCode.NoError or ResponseCode.NoSuchDomain })
            {
                server.Answered();
                return last;
            }

            server.Failed();
        }

        return last.Response is { } refusal
            ? new(null, refusal.Code == ResponseCode.Refused ? DnsFailure.Refused : DnsFailure.ServerFailure)
            : last;
    }

    private static async Task<Exchange> AskOneAsync(DnsServer server, ReadOnlyMemory<byte> name, RecordType type, CancellationToken deadline)
    {
        var edns = !server.WithoutEdns;
        var answer = await AskOneAsync(server, name, type, edns, deadline).ConfigureAwait(false);
        if (!edns || answer.Response is not { Code: ResponseCode.FormatError or ResponseCode.NotImplemented })
        {
            return answer;
        }

        // It may not know EDNS: once more in the old way, and remember it if that helped.
        answer = await AskOneAsync(server, name, type, edns: false, deadline).ConfigureAwait(false);
        server.WithoutEdns = answer.Response is { Code: ResponseCode.NoError or ResponseCode.NoSuchDomain };
        return answer;
    }

    private static async Task<Exchange> AskOneAsync(
        DnsServer server, ReadOnlyMemory<byte> name, RecordType type, bool edns, CancellationToken deadline)
    {
        var answer = await UdpExchange.RunAsync(server.Endpoint, new DnsQuery(name.Span, type, edns), deadline).ConfigureAwait(false);
        return answer.Response is { Truncated: true }
            ? await server.AskByTcpAsync(new DnsQuery(name.Span, type, edns), deadline).ConfigureAwait(false)
            : answer;
    }
}
