namespace Dispatcher.TestKit.Processes;

/// <summary>
/// A real <c>unbound</c>, which asks another server for one zone and caches what it says, on a free loopback port with a folder of its own; ended,
/// by its own id, with the test. What else is asked for goes to that server too: nothing leaves the machine.
/// </summary>
public sealed class UnboundServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly PeerProgram Unbound = new("unbound", "usr/sbin/unbound");
    private readonly TempFolder _folder;
    private readonly ChildProcess _process;

    private UnboundServer(TempFolder folder, ChildProcess process, int port)
    {
        _folder = folder;
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Why it can't be started; null: it can.</summary>
    public static Task<string?> FindFaultAsync() => Unbound.FindFaultAsync("-V");

    /// <param name="zone">Its name, with the last dot.</param>
    /// <param name="authority">Loopback port of the server that has the zone.</param>
    public static async Task<UnboundServer> StartAsync(string zone, int authority)
    {
        var folder = new TempFolder();
        var port = FreePort.Find();
        var file = Path.Combine(folder.Path, "unbound.conf");
        File.WriteAllText(file, $"""
            server:
              interface: 127.0.0.1
              port: {port}
              do-ip6: no
              access-control: 127.0.0.0/8 allow
              do-not-query-localhost: no
              directory: "{folder.Path}"
              chroot: ""
              username: ""
              pidfile: ""
              use-syslog: no
              logfile: ""
              do-daemonize: no
              num-threads: 1
              module-config: "iterator"
              local-zone: "{zone}" nodefault
              local-zone: "invalid." nodefault
            stub-zone:
              name: "{zone}"
              stub-addr: 127.0.0.1@{authority}
            forward-zone:
              name: "."
              forward-addr: 127.0.0.1@{authority}
            remote-control:
              control-enable: no
            """);
        var process = Unbound.Start("-d", "-p", "-c", file);
        var server = new UnboundServer(folder, process, port);
        await Eventually.PortOpenAsync(port, Patience, () => process.Output);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
