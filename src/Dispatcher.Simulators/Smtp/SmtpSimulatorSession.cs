using System.Buffers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Dispatcher.Simulators.Smtp;

/// <summary>One connection: reads whatever has come, answers every complete command in it with one write, and reads again. So it
/// understands pipelining (RFC 2920) by nature.</summary>
internal sealed class SmtpSimulatorSession(
    Stream stream, SmtpSimulatorOptions options, X509Certificate2? certificate, TimeProvider time, AddressMemory met, MessageLog log)
    : IAsyncDisposable
{
    private const int LongestLine = 2048;

    private readonly ArrayBufferWriter<byte> _replies = new(512);
    private readonly SimulatorAccess _access = new(options);
    private readonly List<string> _recipients = [];
    private byte[] _input = new byte[16 * 1024];
    private int _start;
    private int _end;
    private string? _from;
    private ScriptedMailbox? _script; // of the first recipient that has one for a later step
    private DotReader? _content; // while content is being read
    private Stream _stream = stream;

    public async Task RunAsync(CancellationToken stop)
    {
        if (_access.WantsHandshake)
        {
            await EncryptAsync(stop);
        }

        Reply("220 simulator ESMTP");
        var open = true;
        while (open)
        {
            open = await ConsumeAsync(stop);
            await FlushAsync(stop);
            if (_access.WantsHandshake)
            {
                await EncryptAsync(stop);
            }

            if (open)
            {
                open = await FillAsync(stop);
            }
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    /// <summary>Handles all complete input. False: close.</summary>
    private async ValueTask<bool> ConsumeAsync(CancellationToken stop)
    {
        while (_start < _end && !_access.WantsHandshake)
        {
            if (_content is { } content)
            {
                _start += content.Read(_input.AsSpan(_start, _end - _start));
                if (!content.IsComplete)
                {
                    return true;
                }

                _content = null;
                if (!await FinishAsync(content, stop))
                {
                    return false;
                }

                continue;
            }

            var length = _input.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length < 0)
            {
                return _end - _start <= LongestLine;
            }

            var line = Encoding.UTF8.GetString(_input, _start, length);
            _start += length + 1;
            if (!Handle(line))
            {
                return false;
            }
        }

        return true;
    }

    private bool Handle(string line)
    {
        // A lone LF is no line end (RFC 5321 2.3.8): saying so shows a client's mistake at once.
        if (!line.EndsWith('\r') || line.AsSpan(0, line.Length - 1).Contains('\r'))
        {
            return Reply("500 5.5.2 Bare CR or LF");
        }

        line = line[..^1];
        if (_access.IsChallenged)
        {
            return Reply(_access.Answer(line));
        }

        var verb = line.Length < 4 ? line : line[..4];
        return verb.ToUpperInvariant() switch
        {
            "EHLO" => Reset() && Reply(string.Join("\r\n250-", [
                "250-simulator", "PIPELINING", $"SIZE {options.MaxMessageSize}", "8BITMIME", "ENHANCEDSTATUSCODES", .. _access.Announced])
                + "\r\n250 SMTPUTF8"),
            "HELO" => Reset() && Reply("250 simulator"),
            "STAR" when line.Equals("STARTTLS", StringComparison.OrdinalIgnoreCase) => Reset() && Reply(_access.StartTls()),
            "AUTH" => Reply(_from is null ? _access.Auth(line) : "503 5.5.1 Not within a transaction"),
            "MAIL" => Mail(line),
            "RCPT" => Rcpt(line),
            "DATA" => Data(),
            "RSET" => Reset() && Reply("250 2.0.0 OK"),
            "NOOP" => Reply("250 2.0.0 OK"),
            "VRFY" => Reply("252 2.5.2 Send and see"),
            "QUIT" => Reply("221 2.0.0 Bye") && false,
            _ => Reply("500 5.5.2 Unknown command"),
        };
    }

    private bool Mail(string line)
    {
        if (!_access.MaySend)
        {
            return Reply("530 5.7.0 Say AUTH first");
        }

        if (_from is not null)
        {
            return Reply("503 5.5.1 MAIL was said already");
        }

        _from = Path(line, "MAIL FROM:");
        return Reply(_from is null ? "501 5.5.4 Say MAIL FROM:<address>" : "250 2.1.0 OK");
    }

    private bool Rcpt(string line)
    {
        if (_from is null)
        {
            return Reply("503 5.5.1 Say MAIL first");
        }

        if (Path(line, "RCPT TO:") is not { Length: > 0 } recipient)
        {
            return Reply("501 5.5.4 Say RCPT TO:<address>");
        }

        if (ScriptedMailbox.Find(recipient) is { } script)
        {
            if (script.Step == ScriptedStep.Rcpt && Applies(script, recipient))
            {
                Reply(script.Reply);
                return script.Action != ScriptedAction.AnswerAndClose;
            }

            if (script.Step != ScriptedStep.Rcpt && _script is null && Applies(script, recipient))
            {
                _script = script;
            }
        }

        _recipients.Add(recipient);
        return Reply("250 2.1.5 OK");
    }

    private bool Data()
    {
        if (_recipients.Count == 0)
        {
            return Reply("503 5.5.1 Say RCPT first");
        }

        if (_script is { Step: ScriptedStep.Data })
        {
            return false;
        }

        _content = new DotReader(options.Memory != SmtpSimulatorMemory.CountsOnly, options.MaxMessageSize);
        return Reply("354 Go on, end with a dot");
    }

    private async ValueTask<bool> FinishAsync(DotReader content, CancellationToken stop)
    {
        if (content.IsTooBig)
        {
            return Reply("552 5.3.4 Message too big") && Reset();
        }

        var script = _script;
        if (script?.Action == ScriptedAction.AnswerLate)
        {
            await FlushAsync(stop);
            await Task.Delay(options.SlowDelay, time, stop);
        }

        var reply = script?.Reply ?? "250 2.0.0 OK";
        var taken = script?.Action == ScriptedAction.TakeAndClose;
        if (taken || reply.StartsWith('2'))
        {
            log.Add(!taken, Received(content, !taken));
        }

        return !taken && Reply(reply) && Reset();
    }

    private List<ReceivedMessage> Received(DotReader content, bool acknowledged)
    {
        if (options.Memory == SmtpSimulatorMemory.CountsOnly)
        {
            return [];
        }

        var bytes = content.Content;
        var id = MessageIdField.Find(bytes.Span);
        var kept = options.Memory == SmtpSimulatorMemory.Content ? bytes : default;
        return _recipients.ConvertAll(recipient => new ReceivedMessage(_from!, recipient, id, kept, acknowledged));
    }

    private bool Applies(ScriptedMailbox script, string recipient) => !script.FirstTimeOnly || met.IsFirstTime(recipient);

    private static string? Path(string line, string prefix)
    {
        var end = line.IndexOf('>', StringComparison.Ordinal);
        var rest = line.AsSpan(Math.Min(prefix.Length, line.Length)).TrimStart();
        var start = line.Length - rest.Length;
        return line.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && rest.StartsWith("<") && end > start
            ? line[(start + 1)..end]
            : null;
    }

    private bool Reset()
    {
        _from = null;
        _script = null;
        _recipients.Clear();
        return true;
    }

    private bool Reply(string reply)
    {
        Encoding.ASCII.GetBytes(reply, _replies);
        _replies.Write("\r\n"u8);
        return true;
    }

    private async Task EncryptAsync(CancellationToken stop)
    {
        // What came behind STARTTLS in plain text is thrown away (RFC 3207 4.2).
        (_start, _end) = (0, 0);
        _access.IsEncrypted = true;
        var encrypted = new SslStream(_stream);
        _stream = encrypted;
        await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop);
    }

    private async ValueTask FlushAsync(CancellationToken stop)
    {
        if (_replies.WrittenCount > 0)
        {
            await _stream.WriteAsync(_replies.WrittenMemory, stop);
            _replies.ResetWrittenCount();
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken stop)
    {
        _input.AsSpan(_start, _end - _start).CopyTo(_input);
        (_start, _end) = (0, _end - _start);
        var read = await _stream.ReadAsync(_input.AsMemory(_end), stop);
        _end += read;
        return read > 0;
    }
}
