using System.Runtime.CompilerServices;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.Smtp.Tests.Foreign;

/// <summary>Runs the scripts in this folder: programs of others read what we write.</summary>
internal static class Python
{
    // Debian's packages belong to Debian's Python.
    private const string System = "/usr/bin/python3";

    public static async Task<IReadOnlyList<string>> RunAsync(string script, params IEnumerable<string> arguments)
    {
        var program = File.Exists(System) ? System : "python3";
        await using var process = ChildProcess.Start(program, [Path.Combine(Folder(), script), .. arguments]);
        var code = await process.ExitAsync(TimeSpan.FromSeconds(60));
        Assert.True(code == 0, $"{script}: {process.Output}");
        return process.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Folder([CallerFilePath] string here = "") =>
        File.Exists(here) ? Path.GetDirectoryName(here)! : Path.Combine(AppContext.BaseDirectory, "Foreign");
}
