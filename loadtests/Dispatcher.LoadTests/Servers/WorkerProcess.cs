using System.Diagnostics;
using Dispatcher.LoadTests.Cli;
using Dispatcher.LoadTests.Results;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.LoadTests.Servers;

/// <summary>The worker's executable as a process of its own: <c>dispatcher run</c>.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    // As the container has it.
    private const string Gen0Size = "0x4000000";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ChildProcess _process;

    private readonly string _url;

    private WorkerProcess(ChildProcess process, string url) => (_process, _url) = (process, url);

    /// <exception cref="UsageException">There is nothing to start.</exception>
    public static void RequireBuilt()
    {
        if (!File.Exists(Repository.Worker))
        {
            throw new UsageException("the worker is not built: use loadtests/run, which builds it, or 'dotnet build src/Dispatcher.Worker' with this tool's configuration");
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="settings">Environment variables.</param>
    public static async Task<WorkerProcess> StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        var url = $"http://127.0.0.1:{FreePort.Find()}";
        var process = ChildProcess.Start("dotnet", [Repository.Worker, "run"], new Dictionary<string, string>(settings) { ["Http__Urls"] = url, ["DOTNET_GCgen0size"] = Gen0Size, ["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1" });
        try
        {
            using var http = new HttpClient();
            await Eventually.GetAsync(() => ReadyAsync(http, url, cancellationToken), Patience, "the worker to be ready");
            return new WorkerProcess(process, url);
        }
        catch (TimeoutException e)
        {
            var output = process.Output;
            await process.DisposeAsync();
            throw new TimeoutException($"{e.Message}; it wrote: {output}", e);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command of the worker's executable to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it wrote.</exception>
    public static async Task RunAsync(IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        await using var process = ChildProcess.Start("dotnet", [Repository.Worker, .. arguments], settings);
        if (await process.ExitAsync(Patience) is var code and not 0)
        {
            throw new InvalidOperationException($"dispatcher {string.Join(' ', arguments)} ended with {code}: {process.Output}");
        }
    }

    /// <summary>Processor time so far, in microseconds.</summary>
    public double CpuMicroseconds
    {
        get
        {
            using var process = Process.GetProcessById(_process.Id);
            return process.TotalProcessorTime.TotalMicroseconds;
        }
    }

    /// <summary>Resident memory now, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            using var process = Process.GetProcessById(_process.Id);
            return process.WorkingSet64;
        }
    }

    /// <summary>How many methods it has compiled so far, by its own metrics.</summary>
    public async Task<long> CompiledMethodsAsync()
    {
        using var http = new HttpClient();
        return (long)(await MetricsPage.ReadAsync(http, _url, "dotnet_jit_compiled_methods_total")
            ?? throw new InvalidOperationException("the worker does not say how many methods it has compiled"));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<object?> ReadyAsync(HttpClient http, string url, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(url + "/health/ready"), cancellationToken);
            return answer.IsSuccessStatusCode ? url : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
