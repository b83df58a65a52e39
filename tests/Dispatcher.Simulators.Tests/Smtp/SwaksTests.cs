using System.Globalization;
using Dispatcher.Simulators.Smtp;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.Simulators.Tests.Smtp;

/// <summary>A foreign client against the simulator: TLS in both forms, and logins.</summary>
public class SwaksTests
{
    private const string Program = "/usr/bin/swaks";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(SmtpSimulatorTls.None, "PLAIN", "secret", 0)]
    [InlineData(SmtpSimulatorTls.None, "LOGIN", "secret", 0)]
    [InlineData(SmtpSimulatorTls.None, "LOGIN", "wrong", 28)]
    [InlineData(SmtpSimulatorTls.StartTls, "PLAIN", "secret", 0)]
    [InlineData(SmtpSimulatorTls.StartTls, "PLAIN", "wrong", 28)]
    [InlineData(SmtpSimulatorTls.Implicit, "LOGIN", "secret", 0)]
    public async Task Session_Swaks_LogsInAndSends(SmtpSimulatorTls tls, string mechanism, string password, int exitCode)
    {
        await SkipWithoutSwaksAsync();
        await using var simulator = await StartAsync(tls);
        using var folder = new TempFolder();
        var trusted = Path.Combine(folder.Path, "ca.pem");
        await File.WriteAllTextAsync(trusted, simulator.CertificatePem ?? "", TestContext.Current.CancellationToken);
        string[] secure = tls switch
        {
            SmtpSimulatorTls.StartTls => ["--tls", "--tls-verify", "--tls-ca-path", trusted],
            SmtpSimulatorTls.Implicit => ["--tlsc", "--tls-verify", "--tls-ca-path", trusted],
            _ => [],
        };

        await using var swaks = ChildProcess.Start(Program, [.. Common(simulator), .. secure, "--auth", mechanism, "-au", "worker", "-ap", password]);
        var code = await swaks.ExitAsync(Limit);

        Assert.True(code == exitCode, swaks.Output);
        Assert.Equal(exitCode == 0 ? 1 : 0, simulator.MessagesAccepted);
    }

    [Fact]
    public async Task Session_SwaksWithoutALogin_IsRefused()
    {
        await SkipWithoutSwaksAsync();
        await using var simulator = await StartAsync(SmtpSimulatorTls.None);

        await using var swaks = ChildProcess.Start(Program, Common(simulator));

        Assert.NotEqual(0, await swaks.ExitAsync(Limit));
        Assert.Contains("530 5.7.0", swaks.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_SwaksLogsInBeforeTls_IsNotOffered()
    {
        await SkipWithoutSwaksAsync();
        await using var simulator = await StartAsync(SmtpSimulatorTls.StartTls);

        await using var swaks = ChildProcess.Start(Program, [.. Common(simulator), "--auth", "PLAIN", "-au", "worker", "-ap", "secret"]);

        Assert.NotEqual(0, await swaks.ExitAsync(Limit));
        Assert.DoesNotContain("250-AUTH", swaks.Output, StringComparison.Ordinal);
    }

    private static string[] Common(SmtpSimulator simulator) =>
    [
        "--server", "127.0.0.1", "--port", simulator.Port.ToString(CultureInfo.InvariantCulture), "--ehlo", "me.test", "--from", "a@test",
        "--to", "b@test", "--timeout", "20",
    ];

    private static async Task<SmtpSimulator> StartAsync(SmtpSimulatorTls tls)
    {
        var simulator = new SmtpSimulator(new() { Tls = tls, Login = new SmtpSimulatorLogin("worker", "secret") }, TimeProvider.System);
        await simulator.StartAsync();
        return simulator;
    }

    private static async Task SkipWithoutSwaksAsync()
    {
        var missing = !File.Exists(Program) ? "swaks is not installed"
            : (await ChildProcess.RunAsync(Program, Limit, "--support")).Contains("TLS supported", StringComparison.Ordinal) ? null
            : "swaks has no TLS (package libnet-ssleay-perl)";
        Assert.False(missing is not null && Environment.GetEnvironmentVariable("CI") == "true", missing);
        Assert.SkipWhen(missing is not null, missing ?? "");
    }
}
