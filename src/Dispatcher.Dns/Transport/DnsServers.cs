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
    }

    /// <summary>Begins a try when the one before has failed, or has had its share of the time; what was begun may still answer until the end.</summary>
    private async Task<Exchange> AskAllAsync(ReadOnlyMemory<byte> name, RecordType type, long started)
    {
        DnsServer[] order = [.. _servers.Where(server => !server.IsSuspect), .. _servers.Where(server => server.IsSuspect)];
        var (last, left, tries) = (new Exchange(null, DnsFailure.Timeout), _timeout - _time.GetElapsedTime(started), order.Length * _attempts);
        if (left <= TimeSpan.Zero)
        {
            return last;
        }

        using var deadline = new CancellationTokenSource(left, _time);
        var running = new List<Task<Exchange>>(tries);
        try
        {
            for (var begun = 0; begun < tries || running.Count > 0;)
            {
                var server = order[begun % order.Length];
                var newest = begun < tries ? TryAsync(server, name, type, deadline.Token) : null;
                if (newest is not null)
                {
                    running.Add(newest);
                    begun++;
                }

                // An equal share of what is left, so that a server that fails at once leaves its time to the others.
                left = _timeout - _time.GetElapsedTime(started);
                var share = begun < tries ? left / (tries - begun + 1) : Timeout.InfiniteTimeSpan;
                if (await NextAsync(running, newest, share, deadline.Token).ConfigureAwait(false) is not { } answer)
                {
                    server.Failed();
                    continue;
                }

                last = answer;
                if (IsAnswer(answer))
                {
                    return answer;
                }
            }
        }
        finally
        {
            await deadline.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running).ConfigureAwait(false);
        }

        return last.Response is { } refusal
            ? new(null, refusal.Code == ResponseCode.Refused ? DnsFailure.Refused : DnsFailure.ServerFailure)
            : last;
    }

    /// <summary>Waits until a try answers or <paramref name="newest"/> fails; other failures are passed over, for they have had their time.</summary>
    /// <returns>Null: the share of time is over.</returns>
    private async Task<Exchange?> NextAsync(List<Task<Exchange>> running, Task<Exchange>? newest, TimeSpan share, CancellationToken deadline)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        var over = share == Timeout.InfiniteTimeSpan ? null : Task.Delay(share < TimeSpan.Zero ? TimeSpan.Zero : share, _time, patience.Token);
        try
        {
            while (true)
            {
                IEnumerable<Task> any = over is null ? running : running.Append(over);
                var done = await Task.WhenAny(any).ConfigureAwait(false);
                if (done == over)
                {
                    return null;
                }

                var ended = (Task<Exchange>)done;
                running.Remove(ended);
                var answer = await ended.ConfigureAwait(false);
                if (ended == newest || running.Count == 0 || IsAnswer(answer))
                {
                    return answer;
                }
            }
        }
        finally
        {
            await patience.CancelAsync().ConfigureAwait(false);
        }
    }

    private static bool IsAnswer(Exchange exchange) => exchange.Response is { Code: ResponseCode.NoError or ResponseCode.NoSuchDomain };

    private static async Task<Exchange> TryAsync(DnsServer server, ReadOnlyMemory<byte> name, RecordType type, CancellationToken deadline)
    {
        var answer = await AskOneAsync(server, name, type, deadline).ConfigureAwait(false);
        if (IsAnswer(answer))
        {
            server.Answered();
        }
        else if (answer.Failure != DnsFailure.Timeout)
        {
            server.Failed(); // a try that was given up, because another one answered, says nothing
        }

        return answer;
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
