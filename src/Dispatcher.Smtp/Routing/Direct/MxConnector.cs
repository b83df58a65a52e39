using System.Net;
using System.Net.Sockets;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Sending.Routes;
using Dispatcher.Smtp.Connections;
using Dispatcher.Smtp.Replies;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>
/// Opens a connection to one of a destination's hosts: by preference, those of the same preference in random order, each with its addresses;
/// who lately did not answer last. The first that greets us is it. Safe for concurrent calls.
/// </summary>
internal sealed class MxConnector(MxPlan plan, string name, RouteTls tls, MxTools tools) : IConnector
{
    private readonly HostMemory _memory = new(tools.Time);

    public string Endpoint => name;

    public async ValueTask<OpenedConnection> OpenAsync(SmtpConnectionPool pool, CancellationToken abandonWork)
    {
        using var tooLate = new CancellationTokenSource(tools.Direct.MaxTime, tools.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(abandonWork, tooLate.Token);
        var search = new MxSearch(tools, pool, abandonWork);
        SmtpConnection? connection;
        try
        {
            connection = await SearchAsync(search, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            connection = null;
        }

        return connection is not null ? new(connection, default)
            : abandonWork.IsCancellationRequested ? OpenedConnection.Failed(Outcomes.Interrupted("stopped while connecting"))
            : search.FullHosts.Count > 0 ? OpenedConnection.MustWait(search.FullHosts)
            : OpenedConnection.Failed(search.Failure(name, tooLate.IsCancellationRequested));
    }

    private async ValueTask<SmtpConnection?> SearchAsync(MxSearch search, CancellationToken cancellation)
    {
        // 1. Hosts in order; those that lately did not answer are put off.
        var later = new List<(MxHost Host, IPAddress Address)>();
        foreach (var host in Shuffled(plan.Hosts))
        {
            if (!search.MayTry(host))
            {
                break;
            }

            var found = await tools.Addresses.FindAsync(host, cancellation).ConfigureAwait(false);
            search.Found(host, found);
            search.IsOnly = plan.Hosts is [_] && found.Addresses.Count == 1;
            foreach (var address in found.Addresses)
            {
                if (tools.Own.IsOurs(address))
                {
                    search.CutAt(host);
                    break;
                }

                if (_memory.IsDead(address))
                {
                    later.Add((host, address));
                }
                else if (search.MayTry(host) && await TryAsync(search, host, address, cancellation).ConfigureAwait(false) is { } connection)
                {
                    return connection;
                }
            }
        }

        // 2. Those that were put off.
        foreach (var (host, address) in later)
        {
            if (search.MayTry(host) && await TryAsync(search, host, address, cancellation).ConfigureAwait(false) is { } connection)
            {
                return connection;
            }
        }

        return null;
    }

    private async ValueTask<SmtpConnection?> TryAsync(MxSearch search, MxHost host, IPAddress address, CancellationToken cancellation)
    {
        if (tools.Mute.Find(address, asking: this) is { } known)
        {
            search.Failed(known);
            return null;
        }

        if (!tools.Sources.TryNext(address.AddressFamily, out var source))
        {
            search.Failed(Outcomes.NoAnswer($"{host.Name}: we have no source address of its kind ({address.AddressFamily})"));
            return null;
        }

        if (!tools.Rooms.TryTake(address, search.Pool, out var room))
        {
            search.Full(host, room);
            return null;
        }

        SmtpConnection? connection = null;
        try
        {
            connection = await TryAsync(search, host, address, source, cancellation).ConfigureAwait(false);
            connection?.Host = room;
            return connection;
        }
        finally
        {
            if (connection is null)
            {
                room.ReturnAtHost(search.Pool);
                room.WakeNext();
            }
        }
    }

    private async ValueTask<SmtpConnection?> TryAsync(MxSearch search, MxHost host, IPAddress address, SourceAddress? source, CancellationToken cancellation)
    {
        search.Tries++;
        var begun = tools.Time.GetTimestamp();
        using var patience = new CancellationTokenSource(search.Patience, tools.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        var endpoint = host.Address is null ? $"{host.Name}[{address}]:{tools.Direct.Port}" : $"{host.Name}:{tools.Direct.Port}";
        var opened = await OpenAsync(endpoint, host, address, source, _memory.IsPlain(address), either.Token).ConfigureAwait(false);
        if (opened.FailedAt == SessionStep.Tls && tls == RouteTls.Opportunistic && !search.Abandoned.IsCancellationRequested)
        {
            // RFC 7435: what would do without TLS must not fail because of TLS.
            _memory.TlsFailed(address);
            opened = either.IsCancellationRequested ? opened
                : await OpenAsync(endpoint, host, address, source, plainText: true, either.Token).ConfigureAwait(false);
        }

        if (opened.Connection is { } connection)
        {
            _memory.Answered(address);
            tools.Mute.Answered(address);
            return connection;
        }

        search.Abandoned.ThrowIfCancellationRequested();
        _memory.Failed(address);

        // Whoever refuses the very connection refuses all messages.
        var isMute = either.IsCancellationRequested ? tools.Time.GetElapsedTime(begun) >= MuteHosts.LongEnough : opened.FailedAt == SessionStep.Connect;
        var failure = either.IsCancellationRequested ? Outcomes.NoAnswer("no connection and greeting in time") : opened.Failure;
        failure = failure with { Scope = OutcomeScope.Endpoint, Text = ReplyText.Clean($"{endpoint}: {failure.Text}") };
        if (isMute)
        {
            tools.Mute.Add(address, by: this, failure);
        }

        search.Failed(failure);
        cancellation.ThrowIfCancellationRequested();
        return null;
    }

    private async ValueTask<OpenedSession> OpenAsync(
        string endpoint, MxHost host, IPAddress address, SourceAddress? source, bool plainText, CancellationToken cancellation)
    {
        using var tooLate = new CancellationTokenSource(tools.Timeouts.Connect, tools.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, tooLate.Token);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var step = SessionStep.None; // a source that can't be used says nothing about the host
        try
        {
            if (source is not null)
            {
                socket.Bind(new IPEndPoint(source.Address, 0));
            }

            step = SessionStep.Connect;
            await socket.ConnectAsync(new IPEndPoint(address, tools.Direct.Port), either.Token).ConfigureAwait(false);
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            return new(null, Outcomes.NoAnswer($"{failure.SocketErrorCode}"), step);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            return new(null, Outcomes.NoAnswer("no connection in time"), SessionStep.Connect);
        }

        var names = new SessionNames(source?.EhloName, host.Address is null ? host.Name : $"{address}", plainText);
        return await tools.Openers[tls].OpenAsync(socket, $"{endpoint} ({tools.Route})", names, cancellation).ConfigureAwait(false);
    }

    private static IEnumerable<MxHost> Shuffled(IEnumerable<MxHost> hosts) =>
        hosts.GroupBy(host => host.Preference).OrderBy(group => group.Key).SelectMany(group =>
        {
            var same = group.ToArray();
            Random.Shared.Shuffle(same);
            return same;
        });
}
