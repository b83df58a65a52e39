using System.Buffers;
using System.Globalization;
using System.Text;

namespace Dispatcher.Dns.Wire;

/// <summary>
/// Names as text and as octets (RFC 1035 sections 3.1 and 4.1.4). Text is ASCII without the last dot; any visible character or space may stand
/// in a label but the backslash, which begins an escape (<c>\046</c>) for what is no text. Pure; never throws for any input.
/// </summary>
internal static class NameCodec
{
    /// <summary>Octets of a name with all its length octets.</summary>
    public const int MaxOctets = 255;

    private const int MaxLabel = 63;
    private const int PointerMark = 0xC0;

    /// <summary>What stands in a label as it is: visible ASCII and the space, without dot and backslash.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x5F).Select(c => (char)c).Where(c => c is not ('.' or '\\'))]);

    /// <summary>Writes a name with its closing zero.</summary>
    /// <param name="wire">At least <see cref="MaxOctets"/> long.</param>
    /// <returns>Octets written; 0: it can't be asked for.</returns>
    public static int Write(ReadOnlySpan<char> name, Span<byte> wire)
    {
        if (name is [.., '.'])
        {
            name = name[..^1];
        }

        // Text of n characters needs n + 2 octets: a length for each label, one of which takes the place of no dot, and the end.
        if (name.Length > MaxOctets - 2)
        {
            return 0;
        }

        var at = 0;
        while (!name.IsEmpty)
        {
            var dot = name.IndexOf('.');
            var label = dot < 0 ? name : name[..dot];
            if (label.Length is 0 or > MaxLabel || label.ContainsAnyExcept(Plain) || dot == name.Length - 1)
            {
                return 0;
            }

            wire[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, wire[at..]);
            name = dot < 0 ? [] : name[(dot + 1)..];
        }

        wire[at++] = 0;
        return at;
    }

    /// <summary>Reads a name at <paramref name="offset"/>, which moves behind it.</summary>
    /// <returns>Null: no sound name (it runs over the end, is too long, or a pointer does not lead back).</returns>
    public static string? Read(ReadOnlySpan<byte> message, ref int offset)
    {
        var text = new StringBuilder();
        return Walk(message, ref offset, text) ? text.ToString() : null;
    }

    /// <summary>Passes over a name without keeping it.</summary>
    public static bool Skip(ReadOnlySpan<byte> message, ref int offset) => Walk(message, ref offset, null);

    private static bool Walk(ReadOnlySpan<byte> message, ref int offset, StringBuilder? text)
    {
        // A pointer must lead before everything read so far: so there are no loops, and no pointer is followed twice.
        var (at, limit, octets, jumped) = (offset, offset, 1, false);
        while (at < message.Length)
        {
            int length = message[at];
            switch (length)
            {
                case 0:
                    offset = jumped ? offset : at + 1;
                    return true;
                case >= PointerMark:
                    if (at + 1 >= message.Length)
                    {
                        return false;
                    }

                    var target = ((length & 0x3F) << 8) | message[at + 1];
                    if (target >= limit)
                    {
                        return false;
                    }

                    offset = jumped ? offset : at + 2;
                    (at, limit, jumped) = (target, target, true);
                    break;
                case > MaxLabel:
                    return false;
                default:
                    octets += length + 1;
                    if (octets > MaxOctets || at + 1 + length > message.Length)
                    {
                        return false;
                    }

                    Append(text, message.Slice(at + 1, length));
                    at += length + 1;
                    break;
            }
        }

        return false;
    }

    private static void Append(StringBuilder? text, ReadOnlySpan<byte> label)
    {
        if (text is null)
        {
            return;
        }

        if (text.Length > 0)
        {
            text.Append('.');
        }

        foreach (var octet in label)
        {
            if (Plain.Contains((char)octet))
            {
                text.Append((char)octet);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"\\{octet:D3}");
            }
        }
    }
}
