using System.Text;
using Dispatcher.Simulators.Smtp;

namespace Dispatcher.Simulators.Tests.Smtp;

/// <summary>What a client without TLS or without a login, or with a wrong one, hears.</summary>
public class SimulatorAccessTests
{
    [Theory]
    [InlineData("MAIL FROM:<a@test>", "530 5.7.0")]
    [InlineData("AUTH", "504 5.5.4")]
    [InlineData("AUTH CRAM-MD5", "504 5.5.4")]
    [InlineData("AUTH PLAIN !", "501 5.5.2")]
    [InlineData("AUTH PLAIN =", "501 5.5.2")]
    [InlineData("AUTH PLAIN AHdvcmtlcgB3cm9uZw==", "535 5.7.8")]
    [InlineData("AUTH PLAIN AHdvcmtlcgBzZWNyZXQ=", "235 2.7.0")]
    [InlineData("AUTH SCRAM-SHA-256 bm8=", "501 5.5.2")]
    [InlineData("STARTTLS", "500 5.5.2")]
    public async Task Session_BeforeALogin_AnswersBy(string command, string reply)
    {
        await using var simulator = await StartAsync(SmtpSimulatorTls.None);
        await using var client = await RawClient.ConnectAsync(simulator.Port);

        Assert.StartsWith(reply, await client.SayAsync(command), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_Challenge_CanBeCancelled()
    {
        await using var simulator = await StartAsync(SmtpSimulatorTls.None);
        await using var client = await RawClient.ConnectAsync(simulator.Port);

        Assert.Equal("334 " + Convert.ToBase64String(Encoding.ASCII.GetBytes("Username:")), await client.SayAsync("AUTH LOGIN"));
        Assert.Equal("501 5.7.0 Cancelled", await client.SayAsync("*"));
        Assert.Equal("334 ", await client.SayAsync("AUTH PLAIN"));
        Assert.Equal("235 2.7.0 Welcome", await client.SayAsync("AHdvcmtlcgBzZWNyZXQ="));
        Assert.Equal("503 5.5.1 Not now", await client.SayAsync("AUTH LOGIN"));
        Assert.Equal("250 2.0.0 OK", await client.SendAsync("eva@test"));
    }

    [Fact]
    public async Task Session_TlsIsOffered_LoginComesAfterIt()
    {
        await using var simulator = await StartAsync(SmtpSimulatorTls.StartTls);
        await using var client = await RawClient.ConnectAsync(simulator.Port);

        Assert.Equal("538 5.7.11 Say STARTTLS first", await client.SayAsync("AUTH PLAIN AHdvcmtlcgBzZWNyZXQ="));
    }

    [Fact]
    public async Task Session_PlainTextBehindStartTls_IsThrownAway()
    {
        await using var simulator = await StartAsync(SmtpSimulatorTls.StartTls);
        await using var client = await RawClient.ConnectAsync(simulator.Port);

        await client.WriteAsync("STARTTLS\r\nNOOP\r\nNOOP\r\nQUIT\r\n");

        Assert.Equal("220 2.0.0 Go on", await client.ReadAsync());
        await client.WriteAsync("this is no handshake\r\n");
        Assert.DoesNotContain("250", await client.ReadAsync() ?? "", StringComparison.Ordinal);
    }

    private static async Task<SmtpSimulator> StartAsync(SmtpSimulatorTls tls)
    {
        var simulator = new SmtpSimulator(new() { Tls = tls, Login = new SmtpSimulatorLogin("worker", "secret") }, TimeProvider.System);
        await simulator.StartAsync();
        return simulator;
    }
}
