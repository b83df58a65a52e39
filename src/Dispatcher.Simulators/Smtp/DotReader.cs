using System.Buffers;

namespace Dispatcher.Simulators.Smtp;

/// <summary>Reads content up to the final dot, from pieces of any size, and takes stuffed dots off (RFC 5321 4.5.2).</summary>
/// <remarks>Only CRLF ends a line here, so a bare LF before a dot ends nothing and shows in the content.</remarks>
internal sealed class DotReader(bool keep, int most)
{
    private readonly ArrayBufferWriter<byte>? _kept = keep ? new ArrayBufferWriter<byte>(4096) : null;
    private State _state = State.LineStart;
    private long _size;

    private enum State
    {
        Text = 0,
        Cr,
        LineStart,
        Dot,
        DotCr,
    }

    public bool IsComplete { get; private set; }

    public bool IsTooBig => _size > most;

    public ReadOnlyMemory<byte> Content => _kept?.WrittenMemory ?? default;

    /// <summary>Returns how many bytes were used: all, or those up to the end of the final dot's line.</summary>
    public int Read(ReadOnlySpan<byte> bytes)
    {
        var used = 0;
        while (used < bytes.Length && !IsComplete)
        {
            if (_state == State.Text)
            {
                // Most bytes are passed over here, many at a time.
                var rest = bytes[used..];
                var end = rest.IndexOf((byte)'\r');
                var text = end < 0 ? rest : rest[..(end + 1)];
                Keep(text);
                used += text.Length;
                _state = end < 0 ? State.Text : State.Cr;
                continue;
            }

            Step(bytes[used++]);
        }

        return used;
    }

    private void Step(byte next)
    {
        switch (_state)
        {
            case State.LineStart when next == (byte)'.':
                _state = State.Dot;
                return;
            case State.Dot when next == (byte)'\r':
                _state = State.DotCr;
                return;
            case State.DotCr when next == (byte)'\n':
                IsComplete = true;
                return;
            case State.DotCr:
                Keep("\r"u8);
                break;
        }

        // After a stuffed dot, which is dropped, the line goes on.
        var ended = _state == State.Cr && next == (byte)'\n';
        Keep([next]);
        _state = ended ? State.LineStart : next == (byte)'\r' ? State.Cr : State.Text;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        _size += bytes.Length;
        if (!IsTooBig)
        {
            _kept?.Write(bytes);
        }
    }
}
