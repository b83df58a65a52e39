using System.Security.Cryptography;
using Dispatcher.Smtp.Dkim;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Dispatcher.Smtp.Tests.Dkim;

/// <summary>Keys and folders of keys for tests.</summary>
internal static class Keys
{
    // Making a key takes a while: tests that need any share one.
    public static readonly string Pem = RSA.Create(2048).ExportPkcs8PrivateKeyPem();

    public static string Put(string folder, string domain, string selector, string? pem = null)
    {
        var path = Path.Combine(folder, domain, selector + ".pem");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, pem ?? Pem);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return path;
    }

    public static DkimKeyRing Ring(string folder, TimeProvider? time = null, ILogger<DkimKeyRing>? logger = null) => new(
        Options.Create(new SmtpOptions { Dkim = new DkimOptions { Path = folder } }), time ?? TimeProvider.System, logger ?? NullLogger<DkimKeyRing>.Instance);
}
