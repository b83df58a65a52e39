using System.Buffers;

namespace Dispatcher.Smtp.Mime;

/// <summary>Octets that grow at the end and may be taken back. Owned by one thread; nothing of it leaves the composer.</summary>
internal sealed class MessageBuffer : IBufferWriter<byte>
{
    // Beyond this a buffer is not kept for the next message.
    private const int MostKept = 256 * 1024;

    private byte[] _bytes = new byte[8 * 1024];

    public int Length { get; private set; }

    public Span<byte> Written => _bytes.AsSpan(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(Length);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Write(byte octet)
    {
        Reserve(1);
        _bytes[Length++] = octet;
    }

    public void TakeBack(int count) => Length -= count;

    /// <summary>Empty again; what one large message needed is let go.</summary>
    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > MostKept)
        {
            _bytes = new byte[8 * 1024];
        }
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, checked(Length + count)));
        }
    }
}
