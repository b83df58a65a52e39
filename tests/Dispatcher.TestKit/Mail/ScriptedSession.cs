using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Dispatcher.TestKit.Mail;

/// <summary>One connection of a <see cref="ScriptedSmtpServer"/>, as its script's steps see it.</summary>
public sealed class ScriptedSession : IDisposable
{
    private readonly Socket _socket;
    private readonly Action<string> _seen;
    private readonly CancellationToken _stop;
    private readonly byte[] _one = new byte[1];
    private Stream _stream;
    private OpenCount? _countedIn;

    internal ScriptedSession(Socket socket, Action<string> seen, CancellationToken stop)
    {
        _socket = socket;
        _seen = seen;
        _stop = stop;
        _stream = new NetworkStream(socket);
    }

    /// <summary>What the client asked for by SNI.</summary>
    public string ServerName { get; private set; } = "";

    /// <summary>Once a session.</summary>
    public void CountIn(OpenCount count)
    {
        count.Enter();
        _countedIn = count;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _stream.WriteAsync(bytes, _stop);

    /// <summary>The server's side of a TLS handshake; everything afterwards goes through it.</summary>
    public async Task EncryptAsync(SslServerAuthenticationOptions options)
    {
        var encrypted = new SslStream(_stream);
        _stream = encrypted;
        await encrypted.AuthenticateAsServerAsync(options, _stop);
        ServerName = encrypted.TargetHostName;
    }

    /// <summary>Reads one line, without its line end.</summary>
    /// <exception cref="EndOfStreamException">The client closed.</exception>
    public async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            if (await _stream.ReadAsync(_one, _stop) == 0)
            {
                throw new EndOfStreamException();
            }

            if (_one[0] == (byte)'\n')
            {
                var text = line.ToString().TrimEnd('\r');
                _seen(text);
                return text;
            }

            line.Append((char)_one[0]);
        }
    }

    /// <summary>Closes with a reset instead of an orderly end.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>Closes only the server's sending side: the client may still speak, and is read.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads until the client closes, and throws it away.</summary>
    public async Task DrainAsync()
    {
        var thrownAway = new byte[16 * 1024];
        while (await _stream.ReadAsync(thrownAway, _stop) > 0)
        {
        }
    }

    /// <summary>Waits for a test's signal, or until the server is disposed.</summary>
    public Task WaitAsync(Task signal) => signal.WaitAsync(_stop);

    public void Dispose()
    {
        _countedIn?.Leave();
        _stream.Dispose();
        _socket.Dispose();
    }
}
