using Dispatcher.TestKit.Processes;

namespace Dispatcher.EndToEnd.Tests;

/// <summary>The real executable as a process of its own, started as an operator would.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly HttpClient Http = new();
    private readonly ChildProcess _process;

    private WorkerProcess(ChildProcess process, int port)
    {
        _process = process;
        Port = port;
    }

    /// <summary>Of its HTTP door.</summary>
    public int Port { get; }

    public int ProcessId => _process.Id;

    public string Output => _process.Output;

    /// <summary>Starts <c>dispatcher run</c> and waits until it is ready.</summary>
    /// <param name="settings">Environment variables.</param>
    public static async Task<WorkerProcess> StartAsync(IReadOnlyDictionary<string, string> settings)
    {
        var worker = Launch(settings);
        await worker.WaitForHealthAsync("ready", healthy: true);
        return worker;
    }

    /// <summary>Starts <c>dispatcher run</c> without waiting.</summary>
    public static WorkerProcess Launch(IReadOnlyDictionary<string, string> settings)
    {
        var port = FreePort.Find();
        var all = new Dictionary<string, string>(settings) { ["Http__Urls"] = $"http://127.0.0.1:{port}", ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1" };
        return new WorkerProcess(ChildProcess.Start("dotnet", [Executable, "run"], all), port);
    }

    /// <summary>Waits until <c>/health/{probe}</c> answers with success, or answers and does not.</summary>
    public Task WaitForHealthAsync(string probe, bool healthy) => Eventually.GetAsync(
        async () =>
        {
            try
            {
                using var answer = await Http.GetAsync(new Uri($"http://127.0.0.1:{Port}/health/{probe}"));
                return answer.IsSuccessStatusCode == healthy ? this : null;
            }
            catch (HttpRequestException)
            {
                return null;
            }
        },
        Patience,
        $"/health/{probe} to say {(healthy ? "yes" : "no")}; it wrote: {Output}");

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync(new Uri($"http://127.0.0.1:{Port}{path}"));

    /// <summary>POSTs to its HTTP door.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, string json) => Http.PostAsync(
        new Uri($"http://127.0.0.1:{Port}{path}"), new StringContent(json, System.Text.Encoding.UTF8, "application/json"));

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        await using var process = ChildProcess.Start("dotnet", [Executable, .. arguments], settings);
        var code = await process.ExitAsync(TimeSpan.FromSeconds(150));
        return (code, process.Output);
    }

    public Task KillAsync() => _process.KillAsync();

    public Task SignalAsync(string signal) => _process.SignalAsync(signal);

    public Task<int> ExitAsync() => _process.ExitAsync(Patience);

    /// <summary>The value of one sample of <c>/metrics</c>; 0 when it is not there.</summary>
    public async Task<double> MetricAsync(string sample) => await MetricsPage.ReadAsync(Http, $"http://127.0.0.1:{Port}", sample) ?? 0;

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>Root of the repository, found from where this test runs.</summary>
    public static string Root { get; } = FindRoot();

    // The tests run from artifacts/bin/<project>/<configuration>; the worker of the same configuration stands beside.
    private static string Executable { get; } = Path.Combine(
        Root, "artifacts", "bin", "Dispatcher.Worker", new DirectoryInfo(AppContext.BaseDirectory).Name, "dispatcher.dll");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Dispatcher.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
