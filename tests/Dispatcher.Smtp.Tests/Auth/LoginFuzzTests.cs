using System.Text;
using Dispatcher.Core.Sending;
using Dispatcher.TestKit.Mail;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.Smtp.Tests.Auth;

/// <summary>Servers that answer AUTH with anything, in pieces of any size: the login ends, and it never ends well.</summary>
public sealed class LoginFuzzTests : IDisposable
{
    private const int Rounds = 100;

    private static readonly string[] Pieces =
        ["334 ", "334-", "235", "235 ", "2", "535 5.7.8 ", "\r\n", "\r", "\n", "VXNlcm5hbWU6", "=", "*", "r=", ",s=c2FsdA==,i=4096", "v=", "\0", "é", " "];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("PLAIN", 1)]
    [InlineData("LOGIN", 2)]
    [InlineData("SCRAM-SHA-256", 3)]
    public async Task SendAsync_AnythingButAWholeLogin_IsDeferred(string mechanism, int seed)
    {
        var password = Path.Combine(_folder.Path, "password");
        await File.WriteAllTextAsync(password, "horse-battery", TestContext.Current.CancellationToken);
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var replies = Enumerable.Range(0, 4).Select(_ => Garbage(random)).ToArray();
            var script = SmtpScript.Empty.Send("220 hi\r\n").Answer($"250-hi\r\n250 AUTH {mechanism}\r\n");
            script = replies.Aggregate(script, (all, reply) => all.Read().SendByteByByte(reply));
            await using var server = ScriptedSmtpServer.Start(script);
            await using var transport = Mails.Transport(server.Port, options =>
            {
                (options.Tls, options.AllowPlainTextAuth, options.User, options.PasswordFile) = (SmtpTls.None, true, "worker", password);
                options.Timeouts.Command = TimeSpan.FromMilliseconds(100); // a reply without its end would be waited for
            });

            var outcome = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

            Assert.True(outcome.Kind == OutcomeKind.Deferred, $"{outcome} after {string.Join('|', replies)}");
            Assert.DoesNotContain("horse", outcome.ToString(), StringComparison.Ordinal);
        }
    }

    // Ends a line always, so that the next step of the script is reached.
    private static string Garbage(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(1, 8); i > 0; i--)
        {
            text.Append(Pieces[random.Next(Pieces.Length)]);
        }

        return text.Append("\r\n").ToString();
    }
}
