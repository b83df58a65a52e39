using System.Net.Sockets;
using System.Text;

namespace Dispatcher.Smtp.Tests.Fuzz;

/// <summary>
/// One connection of an <see cref="ErraticServer"/>: keeps the state that a server keeps, and by chance refuses, splits replies, cuts the
/// connection, ends its side of it, falls silent, or, once, answers what was not asked, with a code that does not fit, or with random bytes.
/// </summary>
/// <remarks>
/// It lies once a connection only, and never with a 2xx between 354 and the dot: no client could tell that from the truth. What it really
/// took is noted before the reply goes out. When it says nothing more it still reads, and takes what it is sent.
/// </remarks>
internal sealed class ErraticSession(Socket socket, Random random, Action<string> taken, CancellationToken stop)
{
    private readonly byte[] _input = new byte[4096];
    private int _start;
    private int _end;
    private bool _lied;
    private bool _silent;
    private bool _mail;
    private bool _rcpt;

    public async Task RunAsync()
    {
        await ReplyAsync("220 ready");
        while (await ReadLineAsync() is { } line)
        {
            switch (line[..Math.Min(4, line.Length)])
            {
                case "EHLO":
                    await ReplyAsync(Chance(15) ? "250 plain" : "250-hello\r\n250-SIZE 100000\r\n250 PIPELINING");
                    break;
                case "MAIL":
                    _mail = !Chance(10);
                    _rcpt = false;
                    await ReplyAsync(_mail ? "250 ok" : Refusal());
                    break;
                case "RCPT":
                    _rcpt = _mail && !Chance(15);
                    await ReplyAsync(_rcpt ? "250 ok" : _mail ? Refusal() : "503 no MAIL");
                    break;
                case "DATA":
                    await DataAsync();
                    break;
                case "RSET":
                    (_mail, _rcpt) = (false, false);
                    await ReplyAsync("250 reset");
                    break;
                case "QUIT":
                    await ReplyAsync("221 bye");
                    return;
                default:
                    await ReplyAsync("500 what?");
                    break;
            }
        }
    }

    private async Task DataAsync()
    {
        if ((!_rcpt && !(_mail && Chance(50))) || Chance(10))
        {
            await ReplyAsync(_rcpt ? Refusal() : "503 no RCPT");
            return;
        }

        await ReplyAsync("354 go", mayAdd2Xx: false);
        var content = new StringBuilder();
        while (await ReadLineAsync() is var line && line != ".")
        {
            content.Append(line ?? throw new EndOfStreamException()).Append('\n');
        }

        // Having lied that it refused the recipient, it gets the lone dot that such a server is due, and deserves it.
        var takes = !Chance(15);
        if (takes && _rcpt && !(_lied && content.Length == 0))
        {
            taken(content.ToString());
        }

        (_mail, _rcpt) = (false, false);
        await ReplyAsync(takes ? "250 2.0.0 taken" : Refusal());
    }

    private string Refusal() => Pick("421 4.3.2 closing", "450 4.2.1 busy", "451 4.7.1 greylisted", "550 5.1.1 unknown", "550 no", "554 5.7.1 policy", "552-5.3.4 too\r\n552 5.3.4 big");

    private async Task ReplyAsync(string reply, bool mayAdd2Xx = true)
    {
        if (!_silent && Chance(4))
        {
            End();
        }

        if (!_lied && Chance(4))
        {
            _lied = true;
            var code = random.Next(mayAdd2Xx ? 200 : 300, 600);
            reply = random.Next(4) switch
            {
                0 => $"{reply}\r\n{code} unasked",
                1 when mayAdd2Xx && !reply.StartsWith("250 2.0.0", StringComparison.Ordinal) => $"{(reply.StartsWith("354", StringComparison.Ordinal) ? 451 : random.Next(300, 600))} wrong",
                2 => Noise(),
                _ => Pick("nonsense", "25", "250_x", "\0\0\0", "999 x", "-250", "250-never\r\n550 the same"),
            };
        }

        var bytes = Encoding.Latin1.GetBytes(reply + "\r\n");
        var at = 0;
        while (at < bytes.Length && !_silent)
        {
            var count = Chance(30) ? random.Next(1, bytes.Length - at + 1) : bytes.Length - at;
            await socket.SendAsync(bytes.AsMemory(at, count), SocketFlags.None, stop);
            at += count;
            if (at < bytes.Length && Chance(3))
            {
                End();
            }
        }
    }

    /// <summary>Any bytes, or those of which replies are made. Never a 2, so that no 2xx comes of it by chance.</summary>
    private string Noise()
    {
        var bytes = new byte[random.Next(1, 80)];
        if (Chance(50))
        {
            random.NextBytes(bytes);
        }
        else
        {
            random.GetItems("3459 -.\r\n\0\u00ff"u8, bytes);
        }

        return Encoding.Latin1.GetString(bytes).Replace('2', '5');
    }

    /// <summary>Closes or resets the connection, or says nothing more: with its side closed, or, since that takes a time-out, seldom, without.</summary>
    private void End()
    {
        if (Chance(40))
        {
            _silent = true;
            if (!Chance(15))
            {
                socket.Shutdown(SocketShutdown.Send);
            }

            return;
        }

        if (Chance(50))
        {
            socket.LingerState = new LingerOption(true, 0);
        }

        socket.Close();
        throw new EndOfStreamException();
    }

    private bool Chance(int percent) => random.Next(100) < percent;

    private string Pick(params string[] texts) => texts[random.Next(texts.Length)];

    private async Task<string?> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end)
            {
                (_start, _end) = (0, await socket.ReceiveAsync(_input, SocketFlags.None, stop));
                if (_end == 0)
                {
                    return null;
                }
            }

            var c = (char)_input[_start++];
            if (c == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append(c);
        }
    }
}
