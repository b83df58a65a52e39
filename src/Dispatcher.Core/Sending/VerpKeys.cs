using System.Security.Cryptography;

namespace Dispatcher.Core.Sending;

/// <summary>
/// The secrets that prove a bounce address to be ours: <c>Smtp:VerpKeyFile</c>, one a line in base64, the newest first. The first signs; all
/// verify, so that bounces of the key before still count. Empty lines and lines that begin with # are skipped. Immutable.
/// </summary>
public sealed class VerpKeys
{
    /// <summary>Octets that a key has at least.</summary>
    public const int ShortestKey = 16;

    /// <summary>Keys that a file has at most: each costs an HMAC for every forged address.</summary>
    public const int MostKeys = 8;

    private readonly byte[][] _keys;

    private VerpKeys(byte[][] keys) => _keys = keys;

    internal IReadOnlyList<byte[]> All => _keys;

    /// <returns>Null: <paramref name="fault"/> says what is wrong, without quoting a key.</returns>
    public static VerpKeys? Parse(IEnumerable<string> lines, out string? fault)
    {
        var keys = new List<byte[]>();
        var number = 0;
        fault = null;
        foreach (var line in lines)
        {
            number++;
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            var key = new byte[text.Length];
            if (!Convert.TryFromBase64String(text, key, out var length) || length < ShortestKey)
            {
                fault = $"line {number} is no key: write {ShortestKey} octets or more in base64, for example by 'openssl rand -base64 32'";
                return null;
            }

            keys.Add(key[..length]);
            CryptographicOperations.ZeroMemory(key);
        }

        fault = keys.Count switch
        {
            0 => "there is no key in it: make one by 'openssl rand -base64 32'",
            > MostKeys => $"there are more than {MostKeys} keys in it: take out the oldest, at the end",
            _ => null,
        };
        return fault is null ? new VerpKeys([.. keys]) : null;
    }

    /// <summary>As <see cref="Parse"/>; a file that can't be read is a fault too.</summary>
    public static VerpKeys? Read(string path, out string? fault)
    {
        try
        {
            return Parse(File.ReadLines(path), out fault);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = e.Message;
            return null;
        }
    }
}
