namespace Dispatcher.TestKit.Processes;

/// <summary>A server program that <c>scripts/unpack</c> has put below <c>artifacts/peers</c>, with the libraries that lie beside it.</summary>
/// <param name="package">The Debian package.</param>
/// <param name="path">Where the program lies in it, for example <c>usr/sbin/named</c>.</param>
internal sealed class PeerProgram(string package, string path)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly string _folder = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../peers", package));

    /// <summary>Where it lies, whether or not it is there.</summary>
    public string Program => Path.Combine(_folder, path);

    /// <summary>Why it can't be started; null: it can.</summary>
    /// <param name="version">The argument with which it says its version and ends.</param>
    public async Task<string?> FindFaultAsync(string version)
    {
        if (!File.Exists(Program))
        {
            return $"{package} is not there (scripts/unpack {package} puts it below artifacts/peers)";
        }

        await using var trial = Start(version);
        return await trial.ExitAsync(Patience) == 0 ? null : $"{package} does not run here: {trial.Output}";
    }

    public ChildProcess Start(params IEnumerable<string> arguments) => Start(arguments, new Dictionary<string, string>());

    /// <param name="environment">Added to this process' own.</param>
    public ChildProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment) => ChildProcess.Start(
        Program, arguments, new Dictionary<string, string>(environment) { ["LD_LIBRARY_PATH"] = string.Join(':', Libraries()) });

    /// <summary>Where one of the libraries lies; null: nowhere.</summary>
    public string? FindLibrary(string file) => Libraries().Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    private IEnumerable<string> Libraries() => new[] { "usr/lib", "lib" }
        .Select(folder => Path.Combine(_folder, folder))
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateDirectories(folder, "*-linux-gnu*"));
}
