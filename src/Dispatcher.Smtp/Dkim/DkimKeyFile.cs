using System.Security.Cryptography;
using Dispatcher.Core.Addresses;

namespace Dispatcher.Smtp.Dkim;

/// <summary>Reads a private key of RSA in PEM (PKCS#1 or PKCS#8). What a message of an error says never holds any of the key.</summary>
internal static class DkimKeyFile
{
    public const string Extension = ".pem";

    /// <summary>RFC 8301 3.2: signers must not use less.</summary>
    public const int FewestBits = 1024;

    /// <summary>Longer keys do not fit the DNS answers and the CPU of receivers; RFC 8301 asks verifiers for 4096 at most.</summary>
    public const int MostBits = 4096;

    /// <summary>Below it receivers begin to distrust (RFC 8301 3.2).</summary>
    public const int GoodBits = 2048;

    /// <returns>The key, or null with what is wrong in <paramref name="fault"/>.</returns>
    public static DkimKey? Read(string path, out string? fault) => Read(path, path, out fault);

    /// <param name="place">Where the file is to lie when it is used, which names domain and selector.</param>
    public static DkimKey? Read(string path, string place, out string? fault)
    {
        var domain = DomainOf(place);
        var selector = Path.GetFileNameWithoutExtension(place);
        fault = domain is null ? "its folder is not named after a domain"
            : !IsSelector(selector) ? "its name is no selector: letters, digits and hyphens, dots between, at most 63 characters"
            : null;
        if (fault is not null)
        {
            return null;
        }

        try
        {
            return Parse(domain!, selector, File.ReadAllText(path), out fault);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fault = "it can't be read: " + e.Message;
            return null;
        }
    }

    /// <summary>Other users of the machine can read or change the file.</summary>
    public static bool IsExposed(string path)
    {
        const UnixFileMode Exposed = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        try
        {
            return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Exposed) != 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public static bool IsSelector(string text) => text.Length is > 0 and <= 63
        && text.Split('.').All(label => label.Length > 0 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));

    /// <summary>The domain as it stands in d=; null: it is none.</summary>
    public static string? DomainName(string text) =>
        DomainSyntax.FindFault(text) is null ? DomainSyntax.ToAscii(text)?.ToLowerInvariant() : null;

    private static string? DomainOf(string path) => DomainName(Path.GetFileName(Path.GetDirectoryName(path)) ?? "");

    private static DkimKey? Parse(string domain, string selector, string pem, out string? fault)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            var key = new DkimKey(domain, selector, rsa);
            fault = key.Bits is < FewestBits or > MostBits ? $"it has {key.Bits} bits; {FewestBits} to {MostBits} are allowed, 2048 is usual" : null;
            return fault is null ? key : null;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            fault = pem.Contains("ENCRYPTED", StringComparison.Ordinal) ? "it is encrypted; store it without a passphrase"
                : pem.Contains("PRIVATE KEY", StringComparison.Ordinal) ? "it is no private key of RSA"
                : "there is no private key in it (PEM, '-----BEGIN PRIVATE KEY-----')";
            rsa.Dispose();
            return null;
        }
    }
}
