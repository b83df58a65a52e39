using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Dispatcher.TestKit.Mail;

/// <summary>What a <see cref="ScriptedSmtpServer"/> does on one connection, step by step. When the steps are over it closes.</summary>
/// <remarks>Immutable: each call gives a longer script, so that a common beginning can be shared.</remarks>
public sealed class SmtpScript
{
    private SmtpScript(IReadOnlyList<Func<ScriptedSession, Task>> steps) => Steps = steps;

    /// <summary>Nothing: closes at once.</summary>
    public static SmtpScript Empty { get; } = new([]);

    /// <summary>Greeting and a plain EHLO reply.</summary>
    public static SmtpScript Greeted { get; } = Empty.Send("220 ready\r\n").Answer("250 hello\r\n");

    /// <summary>Greeting, and an EHLO reply that announces PIPELINING and whatever else.</summary>
    public static SmtpScript GreetedPipelining(params IEnumerable<string> others) => Empty.Send("220 ready\r\n")
        .Answer("250-hello\r\n" + string.Concat(others.Select(other => $"250-{other}\r\n")) + "250 PIPELINING\r\n");

    internal IReadOnlyList<Func<ScriptedSession, Task>> Steps { get; }

    /// <summary>Sends text as it is: nothing is added.</summary>
    public SmtpScript Send(string text) => Then(session => session.SendAsync(Encoding.Latin1.GetBytes(text)));

    /// <summary>Sends text byte by byte, each in a packet of its own.</summary>
    public SmtpScript SendByteByByte(string text) => Then(async session =>
    {
        foreach (var one in Encoding.Latin1.GetBytes(text))
        {
            await session.SendAsync(new[] { one });
        }
    });

    /// <summary>Reads one line.</summary>
    public SmtpScript Read() => Then(session => session.ReadLineAsync());

    /// <summary>Reads content up to the final dot.</summary>
    public SmtpScript ReadContent() => Then(async session =>
    {
        while (await session.ReadLineAsync() != ".")
        {
        }
    });

    /// <summary>Reads one command and sends a reply.</summary>
    public SmtpScript Answer(string reply) => Read().Send(reply);

    /// <summary>Reads one line and sends an AUTH challenge made from it.</summary>
    public SmtpScript Challenge(Func<string, string> challenge) => Then(async session =>
    {
        var text = challenge(await session.ReadLineAsync());
        await session.SendAsync(Encoding.ASCII.GetBytes($"334 {Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}\r\n"));
    });

    /// <summary>MAIL and RCPT accepted, 354 to DATA.</summary>
    public SmtpScript AcceptEnvelope() => ReadUnlessQuit().Send("250 ok\r\n").Answer("250 ok\r\n").Answer("354 go\r\n");

    /// <summary>A whole message accepted.</summary>
    public SmtpScript AcceptMessage() => AcceptEnvelope().ReadContent().Send("250 2.0.0 taken\r\n");

    /// <summary>The server's side of a TLS handshake.</summary>
    public SmtpScript Encrypt(X509Certificate2 certificate) => Encrypt(new SslServerAuthenticationOptions { ServerCertificate = certificate });

    public SmtpScript Encrypt(SslServerAuthenticationOptions options) => Then(session => session.EncryptAsync(options));

    /// <summary>Lets a test look at the session.</summary>
    public SmtpScript Look(Action<ScriptedSession> look) => Then(session =>
    {
        look(session);
        return Task.CompletedTask;
    });

    /// <summary>Counts the connection from here until right before it is closed: whoever waits for that and connects again is not counted twice.</summary>
    public SmtpScript CountIn(OpenCount count) => Look(session => session.CountIn(count));

    /// <summary>Waits until the test says so.</summary>
    public SmtpScript WaitFor(Task signal) => Then(session => session.WaitAsync(signal));

    /// <summary>Tells the test that the script came here.</summary>
    public SmtpScript Signal(TaskCompletionSource reached) => Then(_ =>
    {
        reached.TrySetResult();
        return Task.CompletedTask;
    });

    /// <summary>Says nothing more until the client says QUIT or goes away.</summary>
    public SmtpScript Hang() => Then(async session =>
    {
        while (await session.ReadLineAsync() != "QUIT")
        {
        }
    });

    /// <summary>Says nothing more, and goes on when the client has gone away.</summary>
    public SmtpScript UntilClosed() => Then(async session =>
    {
        try
        {
            while (true)
            {
                await session.ReadLineAsync();
            }
        }
        catch (IOException)
        {
            // EndOfStreamException is one.
        }
    });

    /// <summary>Closes the sending side only (a half-closed connection); what follows may read, and not send.</summary>
    public SmtpScript EndSending() => Look(session => session.EndSending());

    /// <summary>Reads whatever comes until the client goes away: for content too large to be kept line by line.</summary>
    public SmtpScript Drain() => Then(session => session.DrainAsync());

    /// <summary>Resets the connection.</summary>
    public SmtpScript Reset() => Then(session =>
    {
        session.Reset();
        return Task.CompletedTask;
    });

    /// <summary>A client that says goodbye ends the script, and with it the connection.</summary>
    private SmtpScript ReadUnlessQuit() => Then(async session =>
    {
        if (await session.ReadLineAsync() == "QUIT")
        {
            throw new EndOfStreamException();
        }
    });

    private SmtpScript Then(Func<ScriptedSession, Task> step) => new([.. Steps, step]);
}
