using System.Text;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis;

/// <summary>Who a record is: ahead of its body in its key <c>i:</c>, parts separated by tabs. The scripts know the order too: see
/// <c>records.lua</c>.</summary>
internal readonly record struct RecordIdentity(string Id, string Door, ReadOnlyMemory<byte> Body)
{
    private const int Parts = 3;
    private const byte PartEnd = (byte)'\t';

    /// <summary>Of what never changes of a record; null: not what <c>intake.lua</c> writes. One that is damaged must stop nobody.</summary>
    public static RecordIdentity? Read(ReadOnlyMemory<byte> record)
    {
        var end = record.Span.IndexOf((byte)0);
        if (end < 0 || record.Span[..end].Count(PartEnd) != Parts - 1)
        {
            return null;
        }

        var parts = record.Span[..end];
        return new RecordIdentity(
            Encoding.UTF8.GetString(parts[..parts.IndexOf(PartEnd)]), Encoding.UTF8.GetString(parts[(parts.LastIndexOf(PartEnd) + 1)..]), record[(end + 1)..]);
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
