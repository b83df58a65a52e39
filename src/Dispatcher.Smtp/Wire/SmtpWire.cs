using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Dispatcher.Smtp.Replies;
using Dispatcher.Smtp.Tls;

namespace Dispatcher.Smtp.Wire;

/// <summary>A connected socket, or a stream over it, that speaks in commands and replies. One caller at a time, except <see cref="Abandon"/>.</summary>
/// <remarks>Resets, time-outs and nonsense are values. After any fault the wire is of no more use.</remarks>
internal sealed class SmtpWire(Socket socket, TimeProvider time) : IDisposable
{
    // Replies of a transaction are tens of bytes, an EHLO reply some hundred.
    private readonly byte[] _input = new byte[2048];
    private readonly ReplyParser _parser = new();
    private readonly WireDeadline _deadline = new(time);
    private Stream? _stream; // null: the socket itself
    private Task<int>? _reading; // begun on the stream to see whether the peer spoke; whoever reads next takes its bytes
    private int _start;
    private int _end;

    public bool IsAbandoned => _deadline.IsAbandoned;

    /// <summary>All goes through a stream over the socket: TLS.</summary>
    public bool IsEncrypted => _stream is not null;

    /// <summary>The peer said something that we have not read, or closed: nobody asked, so it is bad news.</summary>
    public bool HasUnread => _start < _end || (_stream is null ? socket.Poll(0, SelectMode.SelectRead) : HasUnreadInStream);

    /// <summary>The same for a stream: bytes in its socket need not be the peer's words (a TLS ticket), and words may wait in its buffers.</summary>
    private bool HasUnreadInStream => (_reading ??= _stream!.ReadAsync(_input, _deadline.Token).AsTask()).IsCompleted;

    /// <summary>From now on all bytes go through a stream over the socket, which is disposed with this.</summary>
    /// <exception cref="InvalidOperationException">The peer spoke too early: what it said in plaintext must not count afterwards.</exception>
    public void Use(Stream stream)
    {
        if (_start < _end)
        {
            throw new InvalidOperationException("There are bytes from before the change.");
        }

        _stream = stream;
    }

    /// <summary>Puts TLS between us and the socket; <paramref name="name"/> null: as in the settings. Both null and <see cref="WireFault.None"/>: done.</summary>
    /// <remarks>What the peer said already is a fault: it was said in plain text and must not count as said under TLS (CVE-2011-0411).</remarks>
    public async ValueTask<(string? Problem, WireFault Fault)> UpgradeAsync(TlsClient tls, string? name, TimeSpan allowed)
    {
        if (_start < _end)
        {
            return (null, WireFault.Malformed);
        }

        var token = _deadline.Start(allowed);
        try
        {
            var (stream, problem) = await tls.HandshakeAsync(new NetworkStream(socket), name, token);
            if (stream is not null)
            {
                Use(stream);
            }

            return (problem, WireFault.None);
        }
        catch (OperationCanceledException)
        {
            return (null, _deadline.Fault);
        }
        finally
        {
            _deadline.Stop();
        }
    }

    /// <summary>Makes the step in progress and all later ones end with <see cref="WireFault.Abandoned"/>. Called from any thread.</summary>
    public void Abandon() => _deadline.Abandon();

    /// <summary>Sends one command line, without its CRLF, and reads the reply.</summary>
    public async ValueTask<WireRead> ExchangeAsync(string command, TimeSpan allowed)
    {
        if (command.AsSpan().IndexOfAny('\r', '\n') >= 0)
        {
            throw new ArgumentException("A command must be one line.", nameof(command));
        }

        // A reply that nobody asked for would be taken for the reply to this command: out of step, perhaps into a false "250".
        if (_start < _end)
        {
            return new WireRead(null, WireFault.Malformed);
        }

        var fault = await WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), allowed);
        return fault == WireFault.None ? await ReadReplyAsync(allowed) : new WireRead(null, fault);
    }

    /// <summary>Writes all bytes. A fault leaves open how many of them went out.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<WireFault> WriteAsync(ReadOnlyMemory<byte> bytes, TimeSpan allowed)
    {
        var token = _deadline.Start(allowed);
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await SendAsync(bytes, token)..];
            }

            return WireFault.None;
        }
        catch (Exception failure) when (FaultOf(failure) is not WireFault.None)
        {
            return FaultOf(failure);
        }
        finally
        {
            _deadline.Stop();
        }
    }

    public async ValueTask<WireRead> ReadReplyAsync(TimeSpan allowed)
    {
        var read = await ReadCodeAsync(allowed);
        return new WireRead(read.Fault == WireFault.None ? TakeReply() : null, read.Fault);
    }

    /// <summary>Reads a reply of which most callers only need the code; <see cref="TakeReply"/> gives the rest.</summary>
    public ValueTask<WireCode> ReadCodeAsync(TimeSpan allowed) => TryReadCode() is { } read ? new(read) : WaitForCodeAsync(allowed);

    /// <summary>All of the reply that was read last, until the next one is read.</summary>
    public SmtpReply TakeReply() => _parser.TakeReply();

    /// <summary>The only line of the reply that was read last, without its line end; empty: it has several.</summary>
    public ReadOnlySpan<byte> ReplyLine => _parser.OnlyLine;

    public void Dispose()
    {
        _stream?.Dispose();
        socket.Dispose();
        _deadline.Dispose();
    }

    private WireCode? TryReadCode()
    {
        var result = _parser.Feed(_input.AsSpan(_start, _end - _start), out var used);
        _start += used;
        return result switch
        {
            ParseResult.Complete => new WireCode(_parser.Code, WireFault.None),
            ParseResult.Malformed => new WireCode(0, WireFault.Malformed),
            _ => null,
        };
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<WireCode> WaitForCodeAsync(TimeSpan allowed)
    {
        var token = _deadline.Start(allowed);
        try
        {
            while (true)
            {
                (_start, _end) = (0, 0);
                _end = await ReceiveAsync(token);
                if (_end == 0)
                {
                    return new WireCode(0, WireFault.Closed);
                }

                if (TryReadCode() is { } read)
                {
                    return read;
                }
            }
        }
        catch (Exception failure) when (FaultOf(failure) is not WireFault.None)
        {
            return new WireCode(0, FaultOf(failure));
        }
        finally
        {
            _deadline.Stop();
        }
    }

    private WireFault FaultOf(Exception failure) => failure switch
    {
        OperationCanceledException => _deadline.Fault,
        SocketException or IOException => WireFault.Closed,
        _ => WireFault.None,
    };

    private ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken token) =>
        _stream is null ? socket.SendAsync(bytes, SocketFlags.None, token) : SendAsync(_stream, bytes, token);

    private static async ValueTask<int> SendAsync(Stream stream, ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        await stream.WriteAsync(bytes, token);
        return bytes.Length;
    }

    private ValueTask<int> ReceiveAsync(CancellationToken token)
    {
        if (_reading is { } reading)
        {
            _reading = null;
            return new(reading);
        }

        return _stream is null ? socket.ReceiveAsync(_input, SocketFlags.None, token) : _stream.ReadAsync(_input, token);
    }
}
