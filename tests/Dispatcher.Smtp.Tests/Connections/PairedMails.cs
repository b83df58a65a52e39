using Dispatcher.Core.Sending;
using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Connections;

/// <summary>
/// Two messages of which the second is said behind the first: B's content goes out with C's envelope. Before them A has shown that the
/// connection is quick. The script of a test begins where B's content was read up to its dot, and C's MAIL comes next.
/// </summary>
internal sealed class PairedMails : IAsyncDisposable
{
    private readonly TaskCompletionSource _bothSubmitted = new();
    private readonly CancellationTokenSource _abandonB = new();
    private readonly CancellationTokenSource _abandonC = new();

    private PairedMails(
        Func<SmtpScript, SmtpScript> fromB, SmtpScript next, Action<SmtpOptions>? configure, TimeProvider? time)
    {
        var script = SmtpScript.GreetedPipelining().AcceptMessage()
            .Answer("250 ok\r\n").Answer("250 ok\r\n").Read().WaitFor(_bothSubmitted.Task).Send("354 go\r\n").ReadContent();
        Server = ScriptedSmtpServer.Start(fromB(script), next);
        Transport = Mails.Transport(
            Server.Port,
            options =>
            {
                options.Connections = 1;
                configure?.Invoke(options);
            },
            time);
    }

    /// <summary>A server that takes all that comes: for what is tried on another connection.</summary>
    public static SmtpScript Healthy { get; } = SmtpScript.GreetedPipelining().AcceptMessage().AcceptMessage().AcceptMessage().Hang();

    public ScriptedSmtpServer Server { get; }

    public SmtpTransport Transport { get; }

    public Task<DeliveryOutcome> B { get; private set; } = null!;

    public Task<DeliveryOutcome> C { get; private set; } = null!;

    /// <summary>How often a message's content was sent, by its only line.</summary>
    public int Sent(string content) => Server.Lines.Count(line => line == content);

    /// <param name="mayFinishC">What the permit of C says.</param>
    public static async Task<PairedMails> SendAsync(
        Func<SmtpScript, SmtpScript> fromB, SmtpScript? next = null, Action<SmtpOptions>? configure = null, TimeProvider? time = null, Func<bool>? mayFinishC = null)
    {
        var pair = new PairedMails(fromB, next ?? Healthy, configure, time);
        await pair.OneAsync("A");
        pair.B = pair.BeginAsync("B", pair._abandonB.Token);
        pair.C = pair.BeginAsync("C", pair._abandonC.Token, mayFinishC);
        pair._bothSubmitted.SetResult();
        return pair;
    }

    /// <summary>Sends one more.</summary>
    public Task<DeliveryOutcome> OneAsync(string name) => BeginAsync(name, CancellationToken.None);

    public Task AbandonBAsync() => _abandonB.CancelAsync();

    public Task AbandonCAsync() => _abandonC.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await Transport.DisposeAsync();
        await Server.DisposeAsync();
        _abandonB.Dispose();
        _abandonC.Dispose();
    }

    // On its own: what follows in a test must not run on the connection's loop.
    private async Task<DeliveryOutcome> BeginAsync(string name, CancellationToken abandonWork, Func<bool>? mayFinish = null)
    {
        var sending = Transport.SendAsync(Mails.Message(content: $"\r\n{name}\r\n", mayFinish: mayFinish), abandonWork).AsTask();
        var outcome = await sending.WaitAsync(Mails.Limit);
        await Task.Yield();
        return outcome;
    }
}
