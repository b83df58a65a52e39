using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Dispatcher.TestKit.Browsers;

/// <summary>A PNG picture's pixels (W3C PNG, third edition): as much of the format as browsers write.</summary>
public sealed class Picture
{
    private const int SignatureLength = 8;
    private readonly byte[] _pixels; // red, green, blue

    private Picture(int width, int height, byte[] pixels)
    {
        Width = width;
        Height = height;
        _pixels = pixels;
    }

    public int Width { get; }

    public int Height { get; }

    /// <exception cref="InvalidDataException">Not 8 bits of red, green and blue, with or without alpha, or interlaced.</exception>
    public static Picture Read(byte[] png)
    {
        var (width, height, depth) = (0, 0, 0);
        using var packed = new MemoryStream();
        for (var at = SignatureLength; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var data = png.AsSpan(at + 8, length);
            switch (Encoding.ASCII.GetString(png, at + 4, 4))
            {
                case "IHDR":
                    width = BinaryPrimitives.ReadInt32BigEndian(data);
                    height = BinaryPrimitives.ReadInt32BigEndian(data[4..]);
                    depth = data[8..] is [8, 2, 0, 0, 0] ? 3 : data[8..] is [8, 6, 0, 0, 0] ? 4 : throw new InvalidDataException("another kind of PNG");
                    break;
                case "IDAT":
                    packed.Write(data);
                    break;
            }

            at += length + 12;
        }

        packed.Position = 0;
        using var lines = new ZLibStream(packed, CompressionMode.Decompress);
        return new(width, height, Unfilter(lines, width, height, depth));
    }

    /// <summary>Whether a pixel looks like a colour: edges are mixed with what is around them.</summary>
    /// <param name="colour">Red, green and blue, as in <c>0x0b5cad</c>.</param>
    public bool Is(int x, int y, int colour)
    {
        var pixel = _pixels.AsSpan(((y * Width) + x) * 3, 3);
        return Math.Abs(pixel[0] - (colour >> 16)) + Math.Abs(pixel[1] - ((colour >> 8) & 0xff)) + Math.Abs(pixel[2] - (colour & 0xff)) < 24;
    }

    /// <summary>How many pixels have a colour.</summary>
    public int Count(int colour) => Enumerable.Range(0, Height).Sum(y => Enumerable.Range(0, Width).Count(x => Is(x, y, colour)));

    /// <summary>Groups of columns beside one another that have a colour in them, from the left.</summary>
    public IReadOnlyList<(int From, int To)> Columns(int colour) => Runs(Width, x => Enumerable.Range(0, Height).Any(y => Is(x, y, colour)));

    /// <summary>Groups of rows that have a colour in them, from the top.</summary>
    public IReadOnlyList<(int From, int To)> Rows(int colour) => Runs(Height, y => Enumerable.Range(0, Width).Any(x => Is(x, y, colour)));

    private static List<(int From, int To)> Runs(int length, Func<int, bool> has)
    {
        var runs = new List<(int From, int To)>();
        for (var i = 0; i < length; i++)
        {
            if (!has(i))
            {
                continue;
            }

            if (runs.Count > 0 && runs[^1].To == i - 1)
            {
                runs[^1] = (runs[^1].From, i);
            }
            else
            {
                runs.Add((i, i));
            }
        }

        return runs;
    }

    /// <summary>Each line has its filter in front, and may build on the line above and the pixel before (section 9).</summary>
    private static byte[] Unfilter(Stream lines, int width, int height, int depth)
    {
        var pixels = new byte[width * height * 3];
        var (above, line) = (new byte[width * depth], new byte[width * depth]);
        for (var y = 0; y < height; y++)
        {
            var filter = lines.ReadByte();
            lines.ReadExactly(line);
            for (var i = 0; i < line.Length; i++)
            {
                var (left, up, corner) = (i < depth ? 0 : line[i - depth], above[i], i < depth ? 0 : above[i - depth]);
                line[i] += (byte)(filter switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => throw new InvalidDataException("no such filter") });
            }

            for (var x = 0; x < width; x++)
            {
                line.AsSpan(x * depth, 3).CopyTo(pixels.AsSpan(((y * width) + x) * 3));
            }

            (above, line) = (line, above);
        }

        return pixels;
    }

    private static int Paeth(int left, int up, int corner)
    {
        var guess = left + up - corner;
        var (byLeft, byUp, byCorner) = (Math.Abs(guess - left), Math.Abs(guess - up), Math.Abs(guess - corner));
        return byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner;
    }
}
