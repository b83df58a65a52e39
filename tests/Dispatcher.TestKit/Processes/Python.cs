namespace Dispatcher.TestKit.Processes;

/// <summary>Runs scripts by which programs of others read what we write. They stand in the folder <c>Foreign</c> beside the tests.</summary>
public static class Python
{
    // Debian's packages belong to Debian's Python.
    private const string System = "/usr/bin/python3";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <returns>The lines that it wrote.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it wrote.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(string script, params IEnumerable<string> arguments)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Foreign", script);
        var output = await ChildProcess.RunAsync(File.Exists(System) ? System : "python3", Limit, [path, .. arguments]);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
