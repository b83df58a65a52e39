using System.Globalization;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.LoadTests.Load;

/// <summary>Postfix's <c>smtp-source</c>, the yardstick: kept connections, no pipelining.</summary>
internal static class SmtpSource
{
    private const string Program = "/usr/sbin/smtp-source";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Why it cannot be used here; null: it can.</summary>
    public static string? Missing => File.Exists(Program) ? null : "smtp-source (package postfix) is not installed";

    /// <returns>Seconds that it took.</returns>
    /// <exception cref="TimeoutException">It failed or did not end; the message holds what it wrote.</exception>
    public static async Task<double> RunAsync(SmtpLoad load)
    {
        var elapsed = new Elapsed();
        await using var process = ChildProcess.Start(
            Program, "-s", Text(load.Connections), "-m", Text(load.Messages), "-l", Text(load.Body), "-d", "-f", "from@example.com",
            "-t", "eva@example.com", "127.0.0.1:" + Text(load.Port));
        var code = await process.ExitAsync(Limit);
        return code == 0 ? elapsed.Seconds : throw new TimeoutException($"smtp-source ended with {code}: {process.Output}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
