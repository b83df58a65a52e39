using System.Globalization;

namespace Dispatcher.LoadTests.Servers;

/// <summary>What Redis has spent since its start, in microseconds.</summary>
/// <param name="Scripts">Inside scripts, by its own counting of commands.</param>
/// <param name="Plain">Inside LPOP, SET, SCAN and UNLINK, scripts' calls of them included: for the baselines, which run no scripts.</param>
/// <param name="Cpu">Processor time of the whole process: reading, writing, the append-only file, background threads.</param>
internal readonly record struct RedisTimes(double Scripts, double Plain, double Cpu)
{
    private static readonly string[] Evaluations = ["eval", "evalsha", "fcall"];
    private static readonly string[] Baseline = ["lpop", "set", "scan", "unlink"];

    public static RedisTimes operator -(RedisTimes left, RedisTimes right) =>
        new(left.Scripts - right.Scripts, left.Plain - right.Plain, left.Cpu - right.Cpu);

    public static RedisTimes Of(IReadOnlyDictionary<string, string> commandStats, IReadOnlyDictionary<string, string> cpu)
    {
        var scripts = Evaluations.Sum(name => Microseconds(commandStats, name));
        var seconds = Number(cpu, "used_cpu_user") + Number(cpu, "used_cpu_sys");
        return new RedisTimes(scripts, Baseline.Sum(name => Microseconds(commandStats, name)), seconds * 1e6);
    }

    /// <summary>Field <c>usec</c> of <c>cmdstat_NAME:calls=1,usec=2,…</c>.</summary>
    private static double Microseconds(IReadOnlyDictionary<string, string> stats, string command) =>
        stats.TryGetValue("cmdstat_" + command, out var line)
            ? double.Parse(line.Split(',').First(f => f.StartsWith("usec=", StringComparison.Ordinal))[5..], CultureInfo.InvariantCulture)
            : 0;

    private static double Number(IReadOnlyDictionary<string, string> fields, string name) => double.Parse(fields[name], CultureInfo.InvariantCulture);
}
