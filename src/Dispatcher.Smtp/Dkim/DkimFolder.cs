namespace Dispatcher.Smtp.Dkim;

/// <summary>A key file as it lies in the folder.</summary>
/// <param name="Path">Of the file.</param>
/// <param name="Changed">UTC, when its content last changed.</param>
/// <param name="Size">Octets.</param>
internal readonly record struct DkimEntry(string Path, DateTime Changed, long Size);

/// <summary>Finds the key files in a folder of <c>domain/selector.pem</c>. Names that begin with a dot are left alone.</summary>
internal static class DkimFolder
{
    /// <exception cref="IOException">The folder can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">We may not read it.</exception>
    public static List<DkimEntry> List(string folder)
    {
        var found = new List<DkimEntry>();
        foreach (var domain in Directory.EnumerateDirectories(folder).Where(IsShown))
        {
            foreach (var path in Directory.EnumerateFiles(domain, "*" + DkimKeyFile.Extension).Where(IsShown))
            {
                var file = new FileInfo(path);

                // Secrets of Kubernetes are links; the time that counts is that of what they point at.
                file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
                if (file.Exists)
                {
                    found.Add(new(path, file.LastWriteTimeUtc, file.Length));
                }
            }
        }

        found.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return found;
    }

    /// <summary>Which of a domain's keys signs: the newest, and of those of one moment the last by name.</summary>
    /// <param name="keys">At least one.</param>
    public static T Newest<T>(IReadOnlyCollection<T> keys, Func<T, DkimEntry> entryOf)
    {
        // A mounted secret is written anew as a whole: the order in which its files come says nothing.
        var alike = keys.Max(key => entryOf(key).Changed) - TimeSpan.FromSeconds(2);
        return keys.Where(key => entryOf(key).Changed > alike).MaxBy(key => entryOf(key).Path, StringComparer.Ordinal)!;
    }

    private static bool IsShown(string path) => Path.GetFileName(path)[0] != '.';
}
