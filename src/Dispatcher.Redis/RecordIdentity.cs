using System.Text;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis;

/// <summary>Who a record is: ahead of its body in its key <c>i:</c>, parts separated by tabs. The scripts know the order too: see
/// <c>records.lua</c>.</summary>
internal readonly record struct RecordIdentity(string Id, string Door)
{
    private const int Parts = 3;

    /// <exception cref="FormatException">Not what <c>intake.lua</c> writes.</exception>
    public static RecordIdentity Read(ReadOnlySpan<byte> packed)
    {
        var parts = Encoding.UTF8.GetString(packed).Split('\t');
        return parts.Length == Parts
            ? new RecordIdentity(parts[0], parts[2])
            : throw new FormatException($"a record's identity has {parts.Length} parts");
    }

    /// <summary>Identity and body of what never changes of a record.</summary>
    /// <exception cref="FormatException">Not what <c>intake.lua</c> writes.</exception>
    public static (ReadOnlyMemory<byte> Identity, ReadOnlyMemory<byte> Body) Split(ReadOnlyMemory<byte> record)
    {
        var end = record.Span.IndexOf((byte)0);
        return end < 0 ? throw new FormatException("a record has no body") : (record[..end], record[(end + 1)..]);
    }

    /// <summary>Id and body of what never changes of a record; both empty where that was lost, or is not what <c>intake.lua</c> writes.</summary>
    public static (string Id, ReadOnlyMemory<byte> Body) IdAndBody(ReadOnlyMemory<byte> record)
    {
        var (end, tab) = (record.Span.IndexOf((byte)0), record.Span.IndexOf((byte)'\t'));
        return tab < 0 || end < tab ? ("", default) : (Encoding.UTF8.GetString(record.Span[..tab]), record[(end + 1)..]);
    }

    /// <summary>What never changes of a record: who it is, a NUL, and the body.</summary>
    public static byte[] Pack(NewInvitation invitation, string door)
    {
        var identity = $"{invitation.Id}\t{invitation.ContentHash}\t{door}";
        var length = Encoding.UTF8.GetByteCount(identity);
        var packed = new byte[length + 1 + invitation.Body.Length];
        Encoding.UTF8.GetBytes(identity, packed);
        invitation.Body.Span.CopyTo(packed.AsSpan(length + 1));
        return packed;
    }

    /// <summary>A part as it is packed, also for comparing: without the characters that separate parts, or any other control character.</summary>
    public static string Clean(string part) => part.AsSpan().ContainsAnyInRange('\0', '\u001f')
        ? string.Create(part.Length, part, (clean, raw) =>
        {
            for (var i = 0; i < raw.Length; i++)
            {
                clean[i] = raw[i] < ' ' ? ' ' : raw[i];
            }
        })
        : part;
}
