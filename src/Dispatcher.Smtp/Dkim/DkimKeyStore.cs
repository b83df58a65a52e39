using System.Security.Cryptography;

namespace Dispatcher.Smtp.Dkim;

/// <summary>A key as people see it; nothing of its secret.</summary>
/// <param name="File">Where it lies.</param>
/// <param name="Signs">True: the newest of its domain.</param>
/// <param name="Waits">True: made, and not yet put to use.</param>
/// <param name="Bits">0 when it can't be read.</param>
/// <param name="Record">Null: it can't be read.</param>
/// <param name="Fault">What is wrong; null: nothing.</param>
public sealed record DkimKeyInfo(string Domain, string Selector, string File, bool Signs, bool Waits, int Bits, DkimRecord? Record, string? Fault);

/// <summary>Makes and lists keys in a folder of <see cref="DkimOptions.Path"/>, for the command line.</summary>
/// <remarks>
/// A new key is written beside its place, as <c>selector.pem.new</c>, and signs nothing: its record must be in DNS first. Putting it to use
/// renames it.
/// </remarks>
public sealed class DkimKeyStore(string folder)
{
    private const string NewSuffix = ".new";

    /// <summary>Every key by domain; files that can't be used with their fault.</summary>
    /// <exception cref="IOException">The folder can't be read.</exception>
    public IReadOnlyList<DkimKeyInfo> List()
    {
        var entries = Directory.Exists(folder) ? DkimFolder.List(folder) : throw new DirectoryNotFoundException($"{folder} is no folder");
        var used = entries.Select(entry => (Entry: entry, Info: InfoOf(entry.Path, entry.Path, waits: false))).ToList();
        var signing = used.Where(file => file.Info.Fault is null).GroupBy(file => file.Info.Domain)
            .Select(group => DkimFolder.Newest([.. group], file => file.Entry).Info.File).ToHashSet();
        var waiting = Directory.EnumerateFiles(folder, "*" + DkimKeyFile.Extension + NewSuffix, SearchOption.AllDirectories)
            .Select(path => InfoOf(path, path[..^NewSuffix.Length], waits: true));
        return
        [
            .. used.Select(file => file.Info with { Signs = signing.Contains(file.Info.File) }).Concat(waiting)
                .OrderBy(key => key.Domain, StringComparer.Ordinal).ThenBy(key => key.File, StringComparer.Ordinal),
        ];
    }

    /// <summary>Makes a key that waits. Only its owner may read the file.</summary>
    /// <returns>Null: <paramref name="fault"/> says why not.</returns>
    public DkimKeyInfo? Create(string domain, string selector, int bits, out string? fault)
    {
        if (PlaceOf(domain, selector, out fault) is not { } place)
        {
            return null;
        }

        if (bits is < DkimKeyFile.GoodBits or > DkimKeyFile.MostBits)
        {
            fault = $"a key has {DkimKeyFile.GoodBits} to {DkimKeyFile.MostBits} bits";
            return null;
        }

        if (File.Exists(place) || File.Exists(place + NewSuffix))
        {
            fault = $"there is a key {selector} of {domain} already; a new key needs a new selector";
            return null;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        using var rsa = RSA.Create(bits);
        var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            file.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(place + NewSuffix, file))
        {
            writer.WriteLine(rsa.ExportPkcs8PrivateKeyPem());
        }

        return InfoOf(place + NewSuffix, place, waits: true);
    }

    /// <summary>Puts a key that waits to use; running workers sign with it at their next look at the folder.</summary>
    /// <returns>Null: <paramref name="fault"/> says why not.</returns>
    public DkimKeyInfo? Use(string domain, string selector, TimeProvider time, out string? fault)
    {
        if (PlaceOf(domain, selector, out fault) is not { } place)
        {
            return null;
        }

        if (File.Exists(place + NewSuffix))
        {
            File.Move(place + NewSuffix, place);
        }
        else if (!File.Exists(place))
        {
            fault = $"there is no key {selector} of {domain} in {folder}";
            return null;
        }

        File.SetLastWriteTimeUtc(place, time.GetUtcNow().UtcDateTime);
        var info = InfoOf(place, place, waits: false);
        fault = info.Fault;
        return fault is null ? info with { Signs = true } : null;
    }

    private static DkimKeyInfo InfoOf(string path, string place, bool waits)
    {
        var key = DkimKeyFile.Read(path, place, out var fault);
        var domain = Path.GetFileName(Path.GetDirectoryName(place)) ?? "";
        return new(
            key?.Domain ?? domain, Path.GetFileNameWithoutExtension(place), path, Signs: false, waits, key?.Bits ?? 0,
            key is null ? null : DkimRecord.Of(key), fault);
    }

    private string? PlaceOf(string domain, string selector, out string? fault)
    {
        var name = DkimKeyFile.DomainName(domain);
        fault = name is null ? $"{domain} is no domain"
            : !DkimKeyFile.IsSelector(selector) ? $"{selector} is no selector: letters, digits and hyphens, dots between, at most 63 characters"
            : null;
        return fault is null ? Path.Combine(folder, name!, selector + DkimKeyFile.Extension) : null;
    }
}
