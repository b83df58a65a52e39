using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Connections;
using Dispatcher.TestKit.Mail;
using Microsoft.Extensions.Time.Testing;
using static Dispatcher.Core.Sending.OutcomeKind;

namespace Dispatcher.Smtp.Tests.Connections;

/// <summary>The table of docs/smtp.md: what is known of two paired messages when the connection is lost, at every step.</summary>
public class PairedLossTests
{
    private const string Envelope = "250 ok\r\n";

    // Where the server goes away, B's outcome, C's outcome. C's content is safe until its own dot may have gone out.
    private static readonly Dictionary<string, (Func<SmtpScript, SmtpScript> Until, OutcomeKind B, OutcomeKind C)> Steps = new()
    {
        ["after B's dot"] = (script => script, Uncertain, Delivered),
        ["within B's reply"] = (script => script.Send("250 2.0"), Uncertain, Delivered),
        ["after B's reply"] = (script => script.Send("250 taken\r\n"), Delivered, Delivered),
        ["at C's MAIL"] = (script => script.Send("250 taken\r\n").Read(), Delivered, Delivered),
        ["at C's RCPT"] = (script => script.Send("250 taken\r\n").Answer(Envelope).Read(), Delivered, Delivered),
        ["at C's DATA"] = (script => script.Send("250 taken\r\n").Answer(Envelope).Answer(Envelope).Read(), Delivered, Delivered),
        ["after C's dot"] = (script => script.Send("250 taken\r\n").AcceptEnvelope().ReadContent(), Delivered, Uncertain),
    };

    public static TheoryData<string> StepNames => [.. Steps.Keys];

    [Theory]
    [MemberData(nameof(StepNames))]
    public async Task SendAsync_ConnectionCloses_OnlyWhatIsPastItsDotIsUncertain(string step)
    {
        await using var pair = await PairedMails.SendAsync(Steps[step].Until);

        Assert.Equal((Steps[step].B, Steps[step].C), ((await pair.B).Kind, (await pair.C).Kind));
        Assert.Equal((1, 1), (pair.Sent("B"), pair.Sent("C")));
    }

    [Theory]
    [MemberData(nameof(StepNames))]
    public async Task SendAsync_ServerEndsItsSideOnly_OnlyWhatIsPastItsDotIsUncertain(string step)
    {
        // It still reads: nothing more may be said to it all the same.
        await using var pair = await PairedMails.SendAsync(script => Steps[step].Until(script).EndSending().Hang());

        Assert.Equal((Steps[step].B, Steps[step].C), ((await pair.B).Kind, (await pair.C).Kind));
        Assert.Equal((1, 1), (pair.Sent("B"), pair.Sent("C")));
    }

    [Theory]
    [MemberData(nameof(StepNames))]
    public async Task SendAsync_ConnectionIsReset_OnlyWhatIsPastItsDotIsUncertain(string step)
    {
        // A reset takes away what the client has not read yet, even replies: what it had been told is not sure, what it must not say is.
        await using var pair = await PairedMails.SendAsync(script => Steps[step].Until(script).Reset());

        var (b, c) = ((await pair.B).Kind, (await pair.C).Kind);
        Assert.True(b == Steps[step].B || b == Uncertain, $"B: {b}");
        Assert.Equal(Steps[step].C, c);
        Assert.Equal((1, 1), (pair.Sent("B"), pair.Sent("C")));
    }

    [Theory]
    [InlineData("after B's dot")]
    [InlineData("after B's reply")]
    [InlineData("at C's MAIL")]
    [InlineData("at C's RCPT")]
    [InlineData("at C's DATA")]
    [InlineData("after C's dot")]
    public async Task SendAsync_NonsenseComes_NothingIsSentTwice(string step)
    {
        await using var pair = await PairedMails.SendAsync(script => Steps[step].Until(script).Send("\0 250 what\r\n").Hang());

        var (b, c) = ((await pair.B).Kind, (await pair.C).Kind);
        Assert.Equal(Steps[step].B, b);
        Assert.True(c == Steps[step].C || (c == Deferred && Steps[step].C == Delivered), $"C: {c}");
        Assert.Equal(1, pair.Sent("B"));
        Assert.InRange(pair.Sent("C"), 0, 1);
    }

    [Theory]
    [InlineData("after B's dot", Deferred, Delivered)]
    [InlineData("after B's reply", Delivered, Delivered)]
    [InlineData("at C's MAIL", Delivered, Delivered)]
    [InlineData("at C's RCPT", Delivered, Delivered)]
    [InlineData("at C's DATA", Delivered, Delivered)]
    [InlineData("after C's dot", Delivered, Deferred)]
    public async Task SendAsync_421_IsForTheMessageAtItsDotOnly(string step, OutcomeKind b, OutcomeKind c)
    {
        await using var pair = await PairedMails.SendAsync(script => Steps[step].Until(script).Send("421 4.3.2 shutting down\r\n"));

        Assert.Equal((b, c), ((await pair.B).Kind, (await pair.C).Kind));
    }

    [Fact]
    public async Task SendAsync_ServerDoesNotHearWhatIsSaidBehindADot_SendsItElsewhereAndPairsNoMore()
    {
        var time = new FakeTimeProvider();
        await using var pair = await PairedMails.SendAsync(
            script => script.Send("250 taken\r\n").Hang(),
            SmtpScript.GreetedPipelining().AcceptMessage().AcceptMessage().AcceptMessage().Hang(),
            time: time);
        Assert.Equal(Delivered, (await pair.B).Kind);

        while (!pair.C.IsCompleted)
        {
            time.Advance(SmtpConnectionPool.PairedPatience);
            await Task.WhenAny(pair.C, Task.Delay(10, TestContext.Current.CancellationToken));
        }

        Assert.Equal((Delivered, 2, 1), ((await pair.C).Kind, pair.Server.Connections, pair.Sent("C")));
        Task<DeliveryOutcome>[] more = [pair.OneAsync("D"), pair.OneAsync("E")];
        Assert.All(await Task.WhenAll(more), outcome => Assert.Equal(Delivered, outcome.Kind));
    }

    [Fact]
    public async Task SendAsync_FirstTimesOutAfterItsDot_SecondGoesElsewhere()
    {
        var time = new FakeTimeProvider();
        await using var pair = await PairedMails.SendAsync(script => script.Hang(), configure: OnlyTheFinalReplyTimesOut, time: time);

        while (!pair.B.IsCompleted)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        Assert.Equal((Uncertain, Delivered), ((await pair.B).Kind, (await pair.C).Kind));
        Assert.Equal((1, 1), (pair.Sent("B"), pair.Sent("C")));
    }

    [Fact]
    public async Task SendAsync_FirstIsStuckAfterItsDot_SecondDoesNotWaitForIt()
    {
        var time = new FakeTimeProvider();
        var (said, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var pair = await PairedMails.SendAsync(
            script => script.Read().Read().Read().Signal(said).WaitFor(answer.Task).Send("250 taken\r\n250 ok\r\n250 ok\r\n354 go\r\n").ReadContent(),
            configure: options => options.Connections = 2,
            time: time);

        await said.Task.WaitAsync(Mails.Limit);
        for (var i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        var c = await pair.C;
        var stuck = !pair.B.IsCompleted;
        answer.SetResult();

        Assert.Equal((true, Delivered, Delivered), (stuck, (await pair.B).Kind, c.Kind));
        Assert.Equal((2, 1), (pair.Server.Connections, pair.Sent("C")));
    }

    [Fact]
    public async Task SendAsync_SecondIsAbandoned_FirstGoesOnAndTheSecondHasNoDot()
    {
        var (said, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var pair = await PairedMails.SendAsync(script => script.Read().Read().Read().Signal(said)
            .WaitFor(answer.Task).Send("250 taken\r\n250 ok\r\n250 ok\r\n354 go\r\n").ReadContent());

        await said.Task.WaitAsync(Mails.Limit);
        await pair.AbandonCAsync();
        var c = await pair.C;
        answer.SetResult();

        Assert.Equal((Delivered, Interrupted), ((await pair.B).Kind, c.Kind));
        await pair.Server.SessionsAsync().WaitAsync(Mails.Limit);
        Assert.Equal((2, 0), (pair.Sent("."), pair.Sent("C")));
    }

    [Fact]
    public async Task SendAsync_FirstIsAbandonedAfterItsDot_IsUncertainAndTheSecondGoesElsewhere()
    {
        var read = new TaskCompletionSource();
        await using var pair = await PairedMails.SendAsync(script => script.Signal(read).Hang());

        await read.Task.WaitAsync(Mails.Limit);
        await pair.AbandonBAsync();

        Assert.Equal((Uncertain, Delivered), ((await pair.B).Kind, (await pair.C).Kind));
    }

    [Fact]
    public async Task SendAsync_SecondIsNotPermittedToFinish_HasNoDot()
    {
        await using var pair = await PairedMails.SendAsync(
            script => script.Send("250 taken\r\n").AcceptEnvelope().ReadContent(), mayFinishC: () => false);

        Assert.Equal((Delivered, Interrupted), ((await pair.B).Kind, (await pair.C).Kind));
        await pair.Server.SessionsAsync().WaitAsync(Mails.Limit);
        Assert.Equal((2, 0), (pair.Sent("."), pair.Sent("C")));
    }

    [Fact]
    public async Task SendAsync_SecondsPermitThrows_FirstIsDeliveredAndTheNextGoesOn()
    {
        await using var pair = await PairedMails.SendAsync(
            script => script.Send("250 taken\r\n").AcceptEnvelope().ReadContent(), mayFinishC: () => throw new InvalidOperationException());

        await Assert.ThrowsAsync<InvalidOperationException>(() => pair.C);
        Assert.Equal((Delivered, Delivered), ((await pair.B).Kind, (await pair.OneAsync("D")).Kind));
    }

    // Fake time runs on while another connection is opened: nothing may time out there.
    private static void OnlyTheFinalReplyTimesOut(SmtpOptions options)
    {
        var never = TimeSpan.FromDays(20);
        options.Timeouts = new()
        {
            Connect = TimeSpan.FromDays(1),
            Greeting = never,
            Command = never,
            Data = never,
            DataBlock = never,
            FinalReply = TimeSpan.FromMinutes(10),
        };
    }
}
