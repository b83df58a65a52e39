namespace Dispatcher.TestKit.Processes;

/// <summary>A real <c>named</c> (BIND 9) with one zone, on a free loopback port with a folder of its own; ended, by its own id, with the test.</summary>
public sealed class BindServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly PeerProgram Named = new("bind9", "usr/sbin/named");
    private readonly TempFolder _folder;
    private readonly ChildProcess _process;

    private BindServer(TempFolder folder, ChildProcess process, int port)
    {
        _folder = folder;
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Why it can't be started; null: it can.</summary>
    public static Task<string?> FindFaultAsync() => Named.FindFaultAsync("-v");

    /// <param name="zone">Its name, with the last dot.</param>
    /// <param name="content">The zone file.</param>
    public static async Task<BindServer> StartAsync(string zone, string content)
    {
        var folder = new TempFolder();
        var port = FreePort.Find();
        File.WriteAllText(Path.Combine(folder.Path, "zone"), content);
        var file = Path.Combine(folder.Path, "named.conf");
        File.WriteAllText(file, $$"""
            options {
              directory "{{folder.Path}}";
              listen-on port {{port}} { 127.0.0.1; };
              listen-on-v6 { none; };
              recursion no;
              allow-recursion { none; };
              allow-query-cache { none; };
              dnssec-validation no;
              pid-file none;
              lock-file none;
              session-keyfile none;
            };
            controls { };
            zone "{{zone}}" { type primary; file "zone"; };
            """);
        var process = Named.Start("-g", "-c", file);
        var server = new BindServer(folder, process, port);
        await Eventually.PortOpenAsync(port, Patience, () => process.Output);
        await Eventually.GetAsync<object>(
            () => Task.FromResult<object?>(process.Output.Contains("all zones loaded", StringComparison.Ordinal) ? server : null), Patience, $"named started. {process.Output}");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
