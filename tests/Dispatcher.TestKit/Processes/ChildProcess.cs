using System.Diagnostics;
using System.Text;

namespace Dispatcher.TestKit.Processes;

/// <summary>A process that a test started: its output is collected, and it is killed by its own id when disposed.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ChildProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Collect(line.Data);
        _process.ErrorDataReceived += (_, line) => Collect(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <summary>What it wrote so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static ChildProcess Start(string program, params IEnumerable<string> arguments) =>
        Start(program, arguments, new Dictionary<string, string>());

    /// <param name="environment">Added to this process' own.</param>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ChildProcess(start);
    }

    /// <summary>SIGKILL: no last words.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends a signal by its name, for example TERM.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("bash", ["-c", $"kill -{signal} {Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync(TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"the process is still running after {limit}; it wrote: {Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it wrote, both streams.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it wrote.</exception>
    public static async Task<string> RunAsync(string program, TimeSpan limit, params IEnumerable<string> arguments)
    {
        await using var child = Start(program, arguments);
        using var deadline = new CancellationTokenSource(limit);
        await child._process.WaitForExitAsync(deadline.Token);
        if (child._process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {child._process.ExitCode}: {child.Output}");
        }

        return child.Output;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Collect(string? line)
    {
        if (line is null)
        {
            return; // the end of one of the streams
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
