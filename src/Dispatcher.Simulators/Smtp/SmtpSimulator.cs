using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Dispatcher.Simulators.Smtp;

/// <summary>
/// A mail server on loopback that takes every message, except for the addresses of <see cref="ScriptedMailbox"/>, and throws it away after
/// counting. For demos, tests and load tests: it never sends anything on.
/// </summary>
/// <remarks>Members may be used from any thread. Start once; disposing closes every connection.</remarks>
public sealed class SmtpSimulator : IAsyncDisposable
{
    private const int AddressesRemembered = 100_000;

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _sessions = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly AddressMemory _met = new(AddressesRemembered);
    private readonly SmtpSimulatorOptions _options;
    private readonly TimeProvider _time;
    private readonly MessageLog _log;
    private readonly X509Certificate2? _certificate;
    private Task _accepting = Task.CompletedTask;
    private long _connections;
    private int _open;

    public SmtpSimulator(SmtpSimulatorOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _log = new MessageLog(options.MostRemembered);
        _certificate = options.Tls == SmtpSimulatorTls.None ? null : SelfSignedCertificate.Create(options.CertificateName, time);
    }

    /// <summary>The port that it listens on, once started.</summary>
    public int Port { get; private set; }

    /// <summary>The certificate in PEM form, for a client's list of what to trust. Null without TLS.</summary>
    public string? CertificatePem => _certificate?.ExportCertificatePem();

    /// <summary>Connections accepted so far.</summary>
    public long Connections => Volatile.Read(ref _connections);

    /// <summary>Connections open now.</summary>
    public int OpenConnections => Volatile.Read(ref _open);

    /// <summary>Final dots answered with 250.</summary>
    public long MessagesAccepted => _log.Accepted;

    /// <summary>Messages taken whose reply was withheld (<c>drop-after-data@</c>).</summary>
    public long RepliesWithheld => _log.Withheld;

    /// <summary>What was kept, in order of arrival, one entry for each recipient.</summary>
    public IReadOnlyList<ReceivedMessage> Messages => _log.Kept;

    /// <summary>How often each (recipient, Message-ID) arrived, withheld replies included: more than 1 is a duplicate.</summary>
    public IReadOnlyDictionary<(string Recipient, string MessageId), int> Arrivals =>
        Messages.GroupBy(message => (message.EnvelopeTo, message.MessageId)).ToDictionary(group => group.Key, group => group.Count());

    /// <summary>Begins to listen.</summary>
    /// <exception cref="SocketException">The port is taken.</exception>
    public Task StartAsync()
    {
        _listener.Bind(new IPEndPoint(_options.Address, _options.Port));
        _listener.Listen(1024);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync();
        return Task.CompletedTask;
    }

    /// <summary>Ends when <see cref="MessagesAccepted"/> has reached <paramref name="count"/>.</summary>
    public Task WaitForAcceptedAsync(long count, CancellationToken cancellation) => _log.WaitForAsync(count, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_sessions.Keys);
        _stop.Dispose();
        _certificate?.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(_stop.Token);
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                continue; // that client went away while it waited
            }

            Interlocked.Increment(ref _connections);
            Interlocked.Increment(ref _open);
            var session = ServeAsync(socket);
            _sessions.TryAdd(session, true);
            _ = session.ContinueWith(static (done, all) => ((ConcurrentDictionary<Task, bool>)all!).TryRemove(done, out _),
                _sessions, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            socket.NoDelay = true;
            try
            {
                await using var session = new SmtpSimulatorSession(new NetworkStream(socket), _options, _certificate, _time, _met, _log);
                await session.RunAsync(_stop.Token);
            }
            catch (Exception failure) when (failure is OperationCanceledException or SocketException or IOException or AuthenticationException)
            {
                // The client went away or wants no TLS with us, or we stop.
            }
        }

        Interlocked.Decrement(ref _open);
    }
}
