namespace Dispatcher.TestKit.Processes;

/// <summary>A real <c>knotd</c> (Knot DNS) with one zone, on a free loopback port with a folder of its own; ended, by its own id, with the test.</summary>
public sealed class KnotServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TempFolder _folder;
    private readonly ChildProcess _process;

    private KnotServer(TempFolder folder, ChildProcess process, int port)
    {
        _folder = folder;
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <param name="zone">Its name, with the last dot.</param>
    /// <param name="content">The zone file.</param>
    public static async Task<KnotServer> StartAsync(string zone, string content)
    {
        var folder = new TempFolder();
        var port = FreePort.Find();
        File.WriteAllText(Path.Combine(folder.Path, "zone"), content);
        var configuration = $"""
            server:
              rundir: "{folder.Path}"
              listen: 127.0.0.1@{port}
            database:
              storage: "{folder.Path}"
            log:
              - target: stderr
                any: info
            zone:
              - domain: {zone}
                storage: "{folder.Path}"
                file: zone
            """;
        var file = Path.Combine(folder.Path, "knot.conf");
        File.WriteAllText(file, configuration);
        var process = ChildProcess.Start("knotd", "-c", file);
        var server = new KnotServer(folder, process, port);
        await Eventually.PortOpenAsync(port, Patience, () => process.Output);
        await Eventually.GetAsync<object>(
            () => Task.FromResult<object?>(process.Output.Contains("server started", StringComparison.Ordinal) ? server : null), Patience, $"knotd started. {process.Output}");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
