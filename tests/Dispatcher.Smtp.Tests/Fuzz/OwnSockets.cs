using System.Globalization;

namespace Dispatcher.Smtp.Tests.Fuzz;

/// <summary>The TCP sockets that this process holds, by the port that they are connected to. For Linux.</summary>
/// <remarks>By port, for tests that run at the same time open and close sockets of their own.</remarks>
internal static class OwnSockets
{
    // Fields of a line in /proc/net/tcp (proc_pid_net(5)).
    private const int Remote = 2;
    private const int Inode = 9;

    public static int CountTo(int port)
    {
        // 1. What the kernel knows of the port, also what nobody holds any more.
        var suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        var links = new[] { "/proc/self/net/tcp", "/proc/self/net/tcp6" }.Where(File.Exists).SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[Remote].EndsWith(suffix, StringComparison.Ordinal))
            .Select(fields => $"socket:[{fields[Inode]}]")
            .ToHashSet();

        // 2. What we hold.
        return links.Count == 0 ? 0 : Directory.EnumerateFiles("/proc/self/fd").Count(file => LinkOf(file) is { } link && links.Contains(link));
    }

    // Null: closed meanwhile.
    private static string? LinkOf(string file)
    {
        try
        {
            return new FileInfo(file).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
