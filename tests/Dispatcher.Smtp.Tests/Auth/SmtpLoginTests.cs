using System.Text;
using Dispatcher.Core.Sending;
using Dispatcher.TestKit.Mail;
using Dispatcher.TestKit.Processes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using static Dispatcher.Core.Sending.OutcomeKind;

namespace Dispatcher.Smtp.Tests.Auth;

/// <summary>AUTH on the wire against scripted servers, in plain text, so that each byte can be seen.</summary>
public sealed class SmtpLoginTests : IDisposable
{
    private const string User = "worker";
    private const string Password = "horse-battery";
    private const string PlainResponse = "AHdvcmtlcgBob3JzZS1iYXR0ZXJ5";

    private readonly TempFolder _folder = new();
    private readonly List<string> _log = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SendAsync_Plain_GoesWithTheCommand()
    {
        await using var server = Server("PLAIN LOGIN", script => script.Answer("235 2.7.0 ok\r\n").AcceptMessage());

        Assert.Equal(Delivered, (await SendAsync(server)).Kind);
        Assert.Equal($"AUTH PLAIN {PlainResponse}", server.Lines[1]);
    }

    [Fact]
    public async Task SendAsync_Login_AnswersTwoChallenges()
    {
        await using var server = Server(
            "LOGIN", script => script.Answer("334 VXNlcm5hbWU6\r\n").Answer("334 UGFzc3dvcmQ6\r\n").Answer("235 ok\r\n").AcceptMessage());

        Assert.Equal(Delivered, (await SendAsync(server)).Kind);
        Assert.Equal(["AUTH LOGIN", "d29ya2Vy", "aG9yc2UtYmF0dGVyeQ=="], server.Lines.Skip(1).Take(3));
    }

    [Fact]
    public async Task SendAsync_FirstResponseTooLongForTheCommand_GoesWithTheFirstChallenge()
    {
        var password = new string('p', 600);
        await using var server = Server("PLAIN", script => script.Answer("334 \r\n").Answer("235 ok\r\n").AcceptMessage());

        Assert.Equal(Delivered, (await SendAsync(server, password)).Kind);
        Assert.Equal("AUTH PLAIN", server.Lines[1]);
        Assert.Equal($"\0{User}\0{password}", Encoding.UTF8.GetString(Convert.FromBase64String(server.Lines[2])));
    }

    [Fact]
    public async Task SendAsync_OldNotationOfTheKeyword_IsUnderstood()
    {
        await using var server = ScriptedSmtpServer.Start(
            SmtpScript.Empty.Send("220 hi\r\n").Answer("250-hi\r\n250 AUTH=LOGIN PLAIN\r\n").Answer("235 ok\r\n").AcceptMessage());

        Assert.Equal(Delivered, (await SendAsync(server)).Kind);
    }

    [Theory]
    [InlineData("535 5.7.8 wrong\r\n", OutcomeScope.Endpoint, "login by PLAIN refused: 535 5.7.8 wrong")]
    [InlineData("534 5.7.9 too weak\r\n", OutcomeScope.Endpoint, "login by PLAIN refused: 534")]
    [InlineData("454 4.7.0 later\r\n", OutcomeScope.Endpoint, "login by PLAIN refused: 454")]
    [InlineData("504 5.5.4 what\r\n", OutcomeScope.Endpoint, "login by PLAIN refused: 504")]
    [InlineData("550 5.1.1 user unknown\r\n", OutcomeScope.Endpoint, "login by PLAIN refused: 550")]
    [InlineData("421 4.3.2 closing\r\n", OutcomeScope.Connection, "login by PLAIN refused: 421")]
    [InlineData("354 go\r\n", OutcomeScope.Endpoint, "login by PLAIN refused: 354")]
    [InlineData("what?\r\n", OutcomeScope.Endpoint, "malformed or unasked reply at AUTH")]
    [InlineData("", OutcomeScope.Endpoint, "connection lost at AUTH")]
    public async Task SendAsync_Refused_IsDeferredAndNoRecipientsFault(string reply, OutcomeScope scope, string text)
    {
        await using var server = Server("PLAIN", script => script.Answer(reply));

        var outcome = await SendAsync(server);

        Assert.Equal((Deferred, scope), (outcome.Kind, outcome.Scope));
        Assert.StartsWith(text, outcome.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("334 not base64!\r\n")]
    [InlineData("334-VXNl\r\n334 cm5hbWU6\r\n")]
    [InlineData("334 abc\r\n")]
    public async Task SendAsync_MalformedChallenge_IsCancelled(string challenge)
    {
        await using var server = Server("LOGIN", script => script.Answer(challenge).Answer("501 cancelled\r\n"));

        var outcome = await SendAsync(server);

        Assert.Equal((Deferred, OutcomeScope.Endpoint), (outcome.Kind, outcome.Scope));
        Assert.Equal("login by LOGIN given up: the server's challenge is malformed", outcome.Text);
        Assert.Equal("*", server.Lines[2]);
    }

    [Fact]
    public async Task SendAsync_ChallengesWithoutEnd_AreCancelled()
    {
        await using var server = Server(
            "PLAIN", script => Enumerable.Range(0, 20).Aggregate(script, (all, _) => all.Answer("334 VXNlcm5hbWU6\r\n")));

        Assert.Equal(Deferred, (await SendAsync(server)).Kind);
        Assert.Equal("*", server.Lines[2]);
    }

    [Fact]
    public async Task SendAsync_ScramAndTheServerSaysYesWithoutProof_IsNotBelieved()
    {
        await using var server = Server("SCRAM-SHA-256", script => script.Answer("235 2.7.0 welcome\r\n").AcceptMessage());

        var outcome = await SendAsync(server);

        Assert.Equal((Deferred, OutcomeScope.Endpoint), (outcome.Kind, outcome.Scope));
        Assert.DoesNotContain(server.Lines, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SendAsync_ScramAndTheServersSignatureIsWrong_IsCancelled()
    {
        var nonce = "";
        await using var server = ScriptedSmtpServer.Start(Offering("SCRAM-SHA-256").Challenge(line =>
            {
                nonce = Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[^1])).Split("r=")[1];
                return $"r={nonce}more,s=c2FsdHNhbHQ=,i=4096";
            })
            .Challenge(_ => "v=" + Convert.ToBase64String(new byte[32])).Answer("501 cancelled\r\n").AcceptMessage());

        var outcome = await SendAsync(server);

        Assert.Equal("login by SCRAM-SHA-256 given up: the server's SCRAM signature is wrong: it does not know the password", outcome.Text);
        Assert.Equal("*", server.Lines[3]);
    }

    [Theory]
    [InlineData(null, "the server offers no login (AUTH)")]
    [InlineData("CRAM-MD5 GSSAPI", "no common way to log in: the server offers CRAM-MD5 GSSAPI")]
    public async Task SendAsync_NothingInCommon_SendsNoMail(string? offered, string text)
    {
        await using var server = ScriptedSmtpServer.Start(offered is null ? SmtpScript.Greeted.AcceptMessage() : Offering(offered).AcceptMessage());

        var outcome = await SendAsync(server);

        Assert.Equal((Deferred, OutcomeScope.Endpoint), (outcome.Kind, outcome.Scope));
        Assert.StartsWith(text, outcome.Text, StringComparison.Ordinal);
        Assert.Single(server.Lines);
    }

    [Fact]
    public async Task SendAsync_PlainTextNotAllowed_KeepsThePassword()
    {
        await using var server = Server("PLAIN", script => script.Answer("235 ok\r\n").AcceptMessage());

        var outcome = await SendAsync(server, configure: options => (options.Tls, options.AllowPlainTextAuth) = (SmtpTls.Opportunistic, false));

        Assert.Equal((Deferred, OutcomeScope.Endpoint), (outcome.Kind, outcome.Scope));
        Assert.Contains("not sent in plain text", outcome.Text, StringComparison.Ordinal);
        Assert.Single(server.Lines);
    }

    [Fact]
    public async Task SendAsync_PasswordRotated_IsUsedByTheNextConnection()
    {
        await using var server = Server("PLAIN", script => script.Answer("235 ok\r\n").AcceptMessage());
        await using var transport = Transport(server, "first\n", options => options.MessagesPerConnection = 1);

        await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "password"), "second\n", TestContext.Current.CancellationToken);
        await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

        var sent = server.Lines.Where(line => line.StartsWith("AUTH", StringComparison.Ordinal))
            .Select(line => Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[^1])));
        Assert.Equal(["\0worker\0first", "\0worker\0second"], sent);
    }

    [Fact]
    public async Task SendAsync_PasswordFileGone_IsDeferredWithItsName()
    {
        await using var server = Server("PLAIN", script => script.AcceptMessage());

        var outcome = await SendAsync(server, configure: options => File.Delete(options.PasswordFile!));

        Assert.Equal((Deferred, OutcomeScope.Endpoint), (outcome.Kind, outcome.Scope));
        Assert.EndsWith("does not exist", outcome.Text, StringComparison.Ordinal);
    }

    /// <summary>Neither the outcome nor the log shows what was sent, even when the server repeats it.</summary>
    [Theory]
    [InlineData("500 5.5.1 Command unrecognized: \"AUTH PLAIN " + PlainResponse + "\"")]
    [InlineData("535 5.7.8 wrong password '" + Password + "' of <" + User + ">")]
    public async Task SendAsync_ServerRepeatsThePassword_ItIsNowhereToBeSeen(string reply)
    {
        await using var server = Server("PLAIN", script => script.Answer(reply + "\r\n"));

        var outcome = await SendAsync(server);

        var seen = $"{outcome} {string.Join(' ', _log)}";
        Assert.Contains("***", seen, StringComparison.Ordinal);
        Assert.Contains("login by PLAIN refused", string.Join(' ', _log), StringComparison.Ordinal);
        Assert.All([Password, PlainResponse, "battery"], secret => Assert.DoesNotContain(secret, seen, StringComparison.OrdinalIgnoreCase));
    }

    private static SmtpScript Offering(string mechanisms) => SmtpScript.Empty.Send("220 hi\r\n").Answer($"250-hi\r\n250 AUTH {mechanisms}\r\n");

    private static ScriptedSmtpServer Server(string mechanisms, Func<SmtpScript, SmtpScript> then) => ScriptedSmtpServer.Start(then(Offering(mechanisms)));

    private async Task<DeliveryOutcome> SendAsync(ScriptedSmtpServer server, string password = Password, Action<SmtpOptions>? configure = null)
    {
        await using var transport = Transport(server, password, configure);
        var outcome = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
        return outcome;
    }

    private SmtpTransport Transport(ScriptedSmtpServer server, string password, Action<SmtpOptions>? configure = null)
    {
        var file = Path.Combine(_folder.Path, "password");
        File.WriteAllText(file, password);
        var options = new SmtpOptions
        {
            Port = server.Port,
            EhloName = "test.example.com",
            Tls = SmtpTls.None,
            AllowPlainTextAuth = true,
            User = User,
            PasswordFile = file,
        };
        configure?.Invoke(options);
        return new SmtpTransport(Options.Create(options), TimeProvider.System, new ListLogger<SmtpTransport>(_log));
    }
}
