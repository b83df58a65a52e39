using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.TestKit.Mail;
using Microsoft.Extensions.Time.Testing;
using static Dispatcher.Core.Sending.OutcomeKind;

namespace Dispatcher.Smtp.Tests.Connections;

/// <summary>Groups of commands: what is said in one write, and what comes of refusals in the middle of a group.</summary>
public class PipeliningTests
{
    // Replies to MAIL, RCPT and DATA of one message, what it ends as, whether a lone dot is due and whether RSET is before the next.
    private static readonly Dictionary<string, (string[] Replies, OutcomeKind Kind, Status Status, string? Dot, bool Resets)> Refusals = new()
    {
        ["MAIL"] = (["550 5.1.8 bad sender", "503 no MAIL", "503 no RCPT"], Rejected, Status.InvalidSenderAddress, null, false),
        ["MAIL, later"] = (["452 4.5.3 too busy", "503 no MAIL", "503 no RCPT"], Deferred, Status.Unset, null, false),
        ["MAIL, but goes on"] = (["550 5.1.8 bad sender", "503 no MAIL", "354 go"], Rejected, Status.InvalidSenderAddress, "250 taken", false),
        ["RCPT"] = (["250 ok", "550 5.1.1 unknown", "554 no recipients"], Rejected, Status.InvalidRecipient, null, true),
        ["RCPT, later"] = (["250 ok", "450 4.2.1 busy", "503 no RCPT"], Deferred, Status.Unset, null, true),
        ["RCPT, but goes on"] = (["250 ok", "550 5.1.1 unknown", "354 go"], Rejected, Status.InvalidRecipient, "250 taken", false),
        ["RCPT, goes on and refuses"] = (["250 ok", "550 5.1.1 unknown", "354 go"], Rejected, Status.InvalidRecipient, "554 no recipients", false),
        ["DATA"] = (["250 ok", "250 ok", "451 4.3.0 not now"], Deferred, Status.Unset, null, true),
        ["DATA, for good"] = (["250 ok", "250 ok", "554 5.7.1 spam"], Rejected, Status.Rejected, null, true),
    };

    public static TheoryData<string> RefusalNames => [.. Refusals.Keys];

    [Fact]
    public async Task SendAsync_ServerPipelines_EnvelopeIsOneGroup()
    {
        // All three are answered only when all three have come.
        await using var server = ScriptedSmtpServer.Start(SmtpScript.GreetedPipelining()
            .Read().Read().Read().Send("250 ok\r\n250 ok\r\n354 go\r\n").ReadContent().Send("250 taken\r\n").Hang());

        Assert.Equal(Delivered, (await Mails.SendAsync(server.Port)).Kind);
    }

    [Fact]
    public async Task SendAsync_PipeliningIsOff_WaitsForEachReply()
    {
        var early = false;
        await using var server = ScriptedSmtpServer.Start(SmtpScript.GreetedPipelining().AcceptMessage().Hang());
        await using var transport = Mails.Transport(server.Port, options => options.Pipelining = false);

        var outcome = await transport.SendAsync(
            Mails.Message(mayFinish: () => { early = server.Lines.Contains("hello"); return true; }), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

        Assert.Equal((Delivered, false, 8), (outcome.Kind, early, transport.Capacity));
    }

    [Theory]
    [InlineData("554 Too many nonmail commands", true)]
    [InlineData("554 Too many nonmail commands", false)]
    [InlineData("500 what?", true)]
    [InlineData("451 4.3.0 not now", false)]
    public async Task SendAsync_ResetIsRefused_NextMessageGoesToAnotherConnection(string reply, bool pipelining)
    {
        var refuses = SmtpScript.GreetedPipelining().Answer("250 ok\r\n").Answer("550 5.1.1 unknown\r\n");
        await using var server = ScriptedSmtpServer.Start(
            (pipelining ? refuses.Answer("554 no recipients\r\n") : refuses).Answer(reply + "\r\n").Hang(),
            SmtpScript.GreetedPipelining().AcceptMessage().Hang());
        await using var transport = Mails.Transport(server.Port, options => (options.Connections, options.Pipelining) = (1, pipelining));

        var first = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
        var second = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

        Assert.Equal((Rejected, Delivered, 2), (first.Kind, second.Kind, server.Connections));
        Assert.Contains("RSET", server.Lines);
    }

    [Fact]
    public async Task SendAsync_SecondWaits_IsSaidBehindTheFirstsContent()
    {
        // B is answered only when C's envelope has come.
        await using var pair = await PairedMails.SendAsync(script => script
            .Read().Read().Read().Send("250 taken\r\n250 ok\r\n250 ok\r\n354 go\r\n").ReadContent().Send("250 taken\r\n").Hang());

        Assert.Equal((Delivered, Delivered, 1), ((await pair.B).Kind, (await pair.C).Kind, pair.Server.Connections));
    }

    [Fact]
    public async Task SendAsync_FinalReplyTookOverASecond_NothingIsSaidBehindTheNext()
    {
        var time = new FakeTimeProvider();
        var (asked, slow, elsewhere) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        // The second message is answered when the third has come by another connection: not behind it, and not after it. The third is given to the
        // transport at the last moment before the second's dot, so that it is there to be said behind it, and no connection is free but that one.
        await using var server = ScriptedSmtpServer.Start(
            SmtpScript.GreetedPipelining().AcceptEnvelope().ReadContent().Signal(asked).WaitFor(slow.Task).Send("250 taken\r\n")
                .AcceptEnvelope().ReadContent().WaitFor(elsewhere.Task).Send("250 taken\r\n").Hang(),
            SmtpScript.GreetedPipelining().AcceptEnvelope().ReadContent().Signal(elsewhere).Send("250 taken\r\n").Hang());
        await using var transport = Mails.Transport(server.Port, options => options.Connections = 2, time);

        var first = transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask();
        await asked.Task.WaitAsync(Mails.Limit);
        time.Advance(TimeSpan.FromMilliseconds(1001));
        slow.SetResult();
        await first.WaitAsync(Mails.Limit);
        var third = Task.FromResult(default(DeliveryOutcome));
        var second = await transport.SendAsync(
            Mails.Message(mayFinish: () =>
            {
                third = transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask();
                return true;
            }),
            CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

        Assert.Equal((Delivered, Delivered, 2), (second.Kind, (await third.WaitAsync(Mails.Limit)).Kind, server.Connections));
    }

    [Theory]
    [MemberData(nameof(RefusalNames))]
    public async Task SendAsync_RefusedAlone_EndsAsItSaysAndTheConnectionGoesOn(string where)
    {
        var refusal = Refusals[where];
        await using var server = ScriptedSmtpServer.Start(Next(Refuse(SmtpScript.GreetedPipelining(), refusal.Replies, refusal.Dot), refusal.Resets));
        await using var transport = Mails.Transport(server.Port, options => options.Connections = 1);

        var refused = await transport.SendAsync(Mails.Message(content: "\r\nC\r\n"), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
        var next = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

        Assert.Equal((refusal.Kind, refusal.Status, Delivered), (refused.Kind, refused.Status, next.Kind));
        Assert.Equal((1, refusal.Resets), (server.Connections, server.Lines.Contains("RSET")));
        Assert.Equal(refusal.Dot is null ? 1 : 2, server.Lines.Count(line => line == "."));
        Assert.DoesNotContain("C", server.Lines);
    }

    /// <summary>A dot alone would deliver an empty message there.</summary>
    [Fact]
    public async Task SendAsync_SenderIsRefusedAndTheRecipientIsNot_NoDotIsSaid()
    {
        await using var server = ScriptedSmtpServer.Start(
            Refuse(SmtpScript.GreetedPipelining(), ["550 5.1.8 bad sender", "250 ok", "354 go"], null).UntilClosed(), SmtpScript.Greeted.AcceptMessage().Hang());
        await using var transport = Mails.Transport(server.Port, options => options.Connections = 1);

        var refused = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
        var dots = server.Lines.Count(line => line == ".");
        var next = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

        Assert.Equal((Rejected, Status.InvalidSenderAddress, Delivered), (refused.Kind, refused.Status, next.Kind));
        Assert.Equal((0, 1, 2), (dots, server.Lines.Count(line => line == "."), server.Connections));
    }

    [Theory]
    [MemberData(nameof(RefusalNames))]
    public async Task SendAsync_RefusedBehindAnother_EndsAsItSaysAndTheConnectionGoesOn(string where)
    {
        var refusal = Refusals[where];
        await using var pair = await PairedMails.SendAsync(script =>
            Next(Refuse(script.Send("250 taken\r\n"), refusal.Replies, refusal.Dot), refusal.Resets));

        var (b, c, d) = (await pair.B, await pair.C, await pair.OneAsync("D"));

        Assert.Equal((Delivered, refusal.Kind, refusal.Status, Delivered), (b.Kind, c.Kind, c.Status, d.Kind));
        Assert.Equal((1, refusal.Resets), (pair.Server.Connections, pair.Server.Lines.Contains("RSET")));
        Assert.Equal((refusal.Dot is null ? 3 : 4, 0), (pair.Sent("."), pair.Sent("C")));
    }

    [Fact]
    public async Task SendAsync_RepliesOfAGroupByteByByte_AreReadRight()
    {
        await using var pair = await PairedMails.SendAsync(script => script.Read().Read().Read()
            .SendByteByByte("250-2.0.0 taken\r\n250 2.0.0 really\r\n250 ok\r\n250-ok\r\n250 ok\r\n354 go\r\n").ReadContent().SendByteByByte("250 2.0.0 taken\r\n").Hang());

        Assert.Equal((Delivered, Delivered), ((await pair.B).Kind, (await pair.C).Kind));
    }

    [Fact]
    public async Task SendAsync_RepliesOfAGroupSplitAtAnyByte_AreReadRight()
    {
        const string Replies = "250 2.0.0 taken\r\n250 ok\r\n550 5.1.1 unknown\r\n503 no\r\n";
        for (var at = 1; at < Replies.Length; at++)
        {
            var between = new TaskCompletionSource();
            await using var pair = await PairedMails.SendAsync(script => script.Read().Read().Read()
                .Send(Replies[..at]).WaitFor(between.Task).Send(Replies[at..]).Hang());
            if (at >= Replies.IndexOf("250 ok", StringComparison.Ordinal))
            {
                await pair.B; // so the first part has been read by itself
            }

            between.SetResult();

            Assert.Equal((Delivered, Rejected), ((await pair.B).Kind, (await pair.C).Kind));
        }
    }

    [Theory]
    [InlineData("354 go\r\n250 2.0.0 taken\r\n")]
    [InlineData("354 go\r\n354 go\r\n")]
    [InlineData("250 ok\r\n")]
    [InlineData("220 ready\r\n")]
    public async Task SendAsync_MoreRepliesThanAsked_AreNotTakenForAnAnswer(string toData)
    {
        // All replies in one write, so that those unasked are there before the content goes out.
        await using var pair = await PairedMails.SendAsync(script => script.Read().Read().Read().Send("250 taken\r\n250 ok\r\n250 ok\r\n" + toData).Hang());

        Assert.Equal((Delivered, Deferred), ((await pair.B).Kind, (await pair.C).Kind));
        await pair.Server.SessionsAsync().WaitAsync(Mails.Limit);
        Assert.Equal((2, 0), (pair.Sent("."), pair.Sent("C")));
    }

    [Fact]
    public async Task SendAsync_ReplyTooManyBetweenMessages_EndsTheConnection()
    {
        await using var server = ScriptedSmtpServer.Start(
            SmtpScript.GreetedPipelining().AcceptEnvelope().ReadContent().Send("250 taken\r\n250 taken\r\n").Hang(), PairedMails.Healthy);
        await using var transport = Mails.Transport(server.Port, options => options.Connections = 1);

        await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
        var second = await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

        Assert.Contains(second.Kind, new[] { Deferred, Delivered });
        Assert.Equal(Delivered, (await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit)).Kind);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task SendAsync_LargeContentWithAnotherBehind_ArrivesWholeBeforeIt()
    {
        var large = string.Concat(Enumerable.Range(0, 4_000).Select(i => $".line {i} {new string('x', 60)}\r\n"));
        await using var server = ScriptedSmtpServer.Start(SmtpScript.GreetedPipelining().AcceptMessage().AcceptMessage().AcceptMessage().Hang());
        await using var transport = Mails.Transport(server.Port, options => options.Connections = 1);

        Task<DeliveryOutcome> Send(string content) => transport.SendAsync(Mails.Message(content: content), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);
        await Send("\r\nA\r\n");
        var outcomes = await Task.WhenAll(Send("\r\n" + large), Send("\r\nC\r\n"));

        Assert.All(outcomes, outcome => Assert.Equal(Delivered, outcome.Kind));
        Assert.Equal(4_000, server.Lines.Count(line => line.StartsWith("..line ", StringComparison.Ordinal)));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task SendAsync_ServerKnowsDsn_AsksForWhatComesBack()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.GreetedPipelining("DSN").AcceptMessage().Hang());

        await Mails.SendAsync(server.Port, Mails.Message(to: "eva+tag=x@example.com"));

        Assert.Contains("MAIL FROM:<from@example.com> RET=HDRS ENVID=m1@example.com", server.Lines);
        Assert.Contains("RCPT TO:<eva+tag=x@example.com> NOTIFY=FAILURE,DELAY ORCPT=rfc822;eva+2Btag+3Dx@example.com", server.Lines);
    }

    [Fact]
    public async Task SendAsync_DsnIsOff_SaysNothingOfIt()
    {
        await using var server = ScriptedSmtpServer.Start(SmtpScript.GreetedPipelining("DSN").AcceptMessage().Hang());
        await using var transport = Mails.Transport(server.Port, options => options.Dsn = false);

        await transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

        Assert.Contains("MAIL FROM:<from@example.com>", server.Lines);
        Assert.Contains("RCPT TO:<eva@example.com>", server.Lines);
    }

    private static SmtpScript Refuse(SmtpScript script, string[] replies, string? dot)
    {
        script = script.Read().Read().Read().Send(string.Concat(replies.Select(reply => reply + "\r\n")));
        return dot is null ? script : script.Read().Send(dot + "\r\n");
    }

    private static SmtpScript Next(SmtpScript script, bool resets) =>
        (resets ? script.Answer("250 reset\r\n") : script).AcceptMessage().Hang();
}
