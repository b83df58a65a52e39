using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Dispatcher.LoadTests.Results;

/// <summary>Where figures come from, so that a kept result can be compared with a later one.</summary>
internal sealed record Provenance(string At, string Commit, Machine Machine, string Command)
{
    /// <param name="redisVersion">Null: the run uses no Redis.</param>
    public static Provenance Of(string? redisVersion) => new(
        TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        CommitOf(Repository.Root),
        Machine.Describe(redisVersion),
        "loadtests/run " + string.Join(' ', Environment.GetCommandLineArgs().Skip(1)));

    private static string CommitOf(string folder)
    {
        try
        {
            var hash = Git(folder, "rev-parse", "--short=12", "HEAD");
            return Git(folder, "status", "--porcelain", "--untracked-files=no").Length == 0 ? hash : hash + " with changes";
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return "unknown";
        }
    }

    private static string Git(string folder, params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-C", folder, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var text = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return git.ExitCode == 0 ? text : throw new InvalidOperationException("not a git repository");
    }
}

internal sealed record Machine(int Cores, string Cpu, double MemoryGb, string Os, string Dotnet, string? Redis, double? LoadAverage)
{
    private const string CpuInfo = "/proc/cpuinfo";
    private const string LoadAverageFile = "/proc/loadavg";

    public static Machine Describe(string? redisVersion) => new(
        Environment.ProcessorCount,
        CpuModel(),
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9, 1),
        RuntimeInformation.OSDescription,
        Environment.Version.ToString(),
        redisVersion,
        Load());

    /// <summary>Of the last minute, before the run: more than a little, and the figures are those of a busy machine.</summary>
    private static double? Load() => File.Exists(LoadAverageFile)
        ? double.Parse(File.ReadAllText(LoadAverageFile).Split(' ')[0], CultureInfo.InvariantCulture)
        : null;

    private static string CpuModel()
    {
        var line = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?.Split(':', 2)[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
