using System.Globalization;

namespace Dispatcher.EndToEnd.Tests;

/// <summary>
/// Random SIGKILLs of workers and of Redis under load. The nightly size is chosen by <c>DISPATCHER_CHAOS_WORKER_KILLS</c>,
/// <c>DISPATCHER_CHAOS_REDIS_KILLS</c> and <c>DISPATCHER_CHAOS_SEED</c>.
/// </summary>
public sealed class ChaosTests
{
    [Fact]
    public async Task Kill_WorkersAndRedisAtRandom_LosesNothingAndRepeatsStayWithinTheBound()
    {
        var report = await new ChaosRun(new ChaosOptions
        {
            WorkerKills = Number("DISPATCHER_CHAOS_WORKER_KILLS", 20),
            RedisKills = Number("DISPATCHER_CHAOS_REDIS_KILLS", 3),
            Seed = Number("DISPATCHER_CHAOS_SEED", 1),
        }).RunAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"{report}");
        Assert.Empty(report.Lost);
        Assert.Equal(report.Options.Invitations, report.Delivered + report.SetAside);
        Assert.InRange(report.Repeats, 0, report.Bound);
        Assert.InRange(report.Repeats, 0, report.Uncertain);
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
