using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Dispatcher.Smtp.Wire;

/// <summary>What goes out in one write. Its memory is rented while there is something in it; not thread-safe.</summary>
/// <remarks>A thousand connections that wait for replies hold no output memory at all.</remarks>
internal sealed class OutputBuffer
{
    private byte[] _bytes = [];
    private int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public bool IsEmpty => _length == 0;

    /// <summary>Room for so many bytes more, at least.</summary>
    public Span<byte> Room(int size)
    {
        if (_bytes.Length - _length < size)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_length + size);
            _bytes.AsSpan(0, _length).CopyTo(larger);
            Return();
            _bytes = larger;
        }

        return _bytes.AsSpan(_length);
    }

    /// <summary>So many bytes were put into <see cref="Room"/>.</summary>
    public void Advance(int count) => _length += count;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    public void Add(string text) => _length += Encoding.UTF8.GetBytes(text, Room(3 * text.Length));

    public void Add(long number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out var written);
        _length += written;
    }

    /// <summary>Empties it and gives the memory back.</summary>
    public void Clear()
    {
        Return();
        _bytes = [];
        _length = 0;
    }

    /// <summary>Empties it without giving the memory back: something may still read from it.</summary>
    public void Forget()
    {
        _bytes = [];
        _length = 0;
    }

    private void Return()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }
    }
}
