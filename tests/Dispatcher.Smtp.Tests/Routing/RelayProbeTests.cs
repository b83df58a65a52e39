using Dispatcher.Smtp.Connections;
using Dispatcher.Smtp.Routing;
using Dispatcher.TestKit.Mail;
using Dispatcher.TestKit.Processes;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Smtp.Tests.Routing;

/// <summary>A relay is tried as far as MAIL, and no further.</summary>
public sealed class RelayProbeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task TryAsync_RelayIsWell_SaysGoodbyeAndNothingOfMail()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.Answer("221 bye\r\n"));

        var answer = await TryAsync(server.Port);

        await server.SessionsAsync().WaitAsync(Mails.Limit);
        Assert.Equal((SessionStep.None, null, false), (answer.FailedAt, answer.Problem, answer.IsEncrypted));
        Assert.Equal(["EHLO test.example.com", "QUIT"], server.Lines);
    }

    [Fact]
    public async Task TryAsync_TlsAndLogin_AreTriedToo()
    {
        using var authority = new TestAuthority();
        using var certificate = authority.Issue("127.0.0.1");
        using var folder = new TempFolder();
        var (caFile, password) = (Path.Combine(folder.Path, "ca.pem"), Path.Combine(folder.Path, "password"));
        File.WriteAllText(caFile, authority.Pem);
        File.WriteAllText(password, "secret\n");
        var script = SmtpScript.Empty.Send("220 ready\r\n").Answer("250-hello\r\n250 STARTTLS\r\n").Answer("220 go\r\n").Encrypt(certificate).Answer("250-hello\r\n250 AUTH PLAIN\r\n");
        await using var server = ScriptedSmtpServer.Start(script.Answer("235 welcome\r\n").Answer("221 bye\r\n"), script.Answer("535 5.7.8 who is secret?\r\n"));

        async Task<RelayAnswer> LoginAsync() => await TryAsync(
            server.Port, options => (options.Tls, options.CaFile, options.User, options.PasswordFile) = (SmtpTls.Required, caFile, "worker", password));

        Assert.Equal(new RelayAnswer(SessionStep.None, null, true), await LoginAsync());
        var refused = await LoginAsync();
        Assert.Equal((SessionStep.Login, true), (refused.FailedAt, refused.IsEncrypted));
        Assert.Contains("535", refused.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TryAsync_NothingListens_IsAboutTheConnection()
    {
        var answer = await TryAsync(FreePort.Find());

        Assert.Equal((SessionStep.Connect, "ConnectionRefused"), (answer.FailedAt, answer.Problem));
    }

    [Fact]
    public async Task TryAsync_RefusedAtTheDoor_SaysWhatItSaid()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Empty.Send("554 5.7.1 not from there\r\n"));

        var answer = await TryAsync(server.Port);

        Assert.Equal(SessionStep.Hello, answer.FailedAt);
        Assert.Contains("not from there", answer.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TryAsync_TlsRequiredAndNotOffered_IsAboutTls()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Greeted.Hang());

        Assert.Equal(SessionStep.Tls, (await TryAsync(server.Port, options => options.Tls = SmtpTls.Required)).FailedAt);
    }

    [Fact]
    public async Task TryAsync_ServerSaysNothing_EndsAtTheLimit()
    {
        var time = new FakeTimeProvider();
        var connected = new TaskCompletionSource();
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Empty.Signal(connected).Hang());

        var trying = TryAsync(server.Port, time: time);
        await connected.Task.WaitAsync(Mails.Limit);
        time.Advance(Limit);
        var answer = await trying.WaitAsync(Mails.Limit);

        Assert.Equal("no answer within 10 s", answer.Problem);
    }

    [Fact]
    public async Task TryAsync_Cancelled_Throws()
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = ScriptedSmtpServer.Start(SmtpScript.Empty.Hang());

        var trying = RelayProbe.TryAsync(new SmtpOptions { Port = server.Port, Tls = SmtpTls.None }, Limit, TimeProvider.System, cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trying.WaitAsync(Mails.Limit));
    }

    private static Task<RelayAnswer> TryAsync(int port, Action<SmtpOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new SmtpOptions { Port = port, EhloName = "test.example.com" };
        configure?.Invoke(options);
        return RelayProbe.TryAsync(options, Limit, time ?? TimeProvider.System, CancellationToken.None);
    }
}
