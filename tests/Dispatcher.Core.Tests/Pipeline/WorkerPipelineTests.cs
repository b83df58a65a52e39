using System.Text;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Tenants;
using Dispatcher.Core.Tests.Checks;
using Dispatcher.TestKit.Processes;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Core.Tests.Pipeline;

public sealed class WorkerPipelineTests
{
    [Fact]
    public async Task Run_ManyInvitations_EachIsStartedAndDoneOnce()
    {
        var lane = new FakeLane();
        await using var worker = await Worker.StartAsync(lane, new FakeTransport { Capacity = 4, Always = FakeTransport.Delivered });

        for (var i = 0; i < 1000; i++)
        {
            lane.Add($"a{i}");
        }

        var steps = new List<Step>();
        for (var i = 0; i < 2000; i++)
        {
            steps.Add(await lane.NextStepAsync());
        }

        Assert.Equal(1000, steps.Where(s => s.Kind == StepKind.Start).Select(s => s.Key).Distinct().Count());
        Assert.Equal(1000, steps.Where(s => s is { Kind: StepKind.Done, Status: Status.Delivered, Attempt: 1 }).Select(s => s.Key).Distinct().Count());
        Assert.Equal(0, lane.Held);
    }

    [Fact]
    public async Task Run_CallIsNotAnsweredYet_TheNextBeginsBesideIt()
    {
        var answer = new TaskCompletionSource();
        var lane = new FakeLane { Answering = steps => steps[0].Key == "first" ? answer.Task : Task.CompletedTask };
        await using var worker = await Worker.StartAsync(lane, new FakeTransport { Capacity = 2, Always = FakeTransport.Delivered });

        lane.Add("first");
        var first = await lane.NextStepAsync();
        lane.Add("second");
        var second = await lane.NextStepAsync();
        answer.SetResult();
        var rest = new[] { await lane.NextStepAsync(), await lane.NextStepAsync() };

        Assert.Equal([(StepKind.Start, "first"), (StepKind.Start, "second")], new[] { first, second }.Select(s => (s.Kind, s.Key)));
        Assert.Equal(["first", "second"], rest.Where(s => s.Kind == StepKind.Done).Select(s => s.Key).Order());
    }

    /// <summary>What shares its calls, what comes later, and what waits behind it.</summary>
    [Fact]
    public async Task Run_TheEngineFailsAtOneStep_AllOthersGoOn()
    {
        var lane = new FakeLane { FailsAt = step => step.Key == "a20" };
        await using var worker = await Worker.StartAsync(lane, new FakeTransport { Capacity = 4, Always = FakeTransport.Delivered }, options: new PipelineOptions { DrainTimeout = TimeSpan.FromSeconds(1) });
        for (var i = 0; i < 500; i++)
        {
            lane.Add($"a{i}");
        }

        var steps = new List<Step>();
        for (var i = 0; i < 2 * 499; i++)
        {
            steps.Add(await lane.NextStepAsync());
        }

        Assert.Equal(499, steps.Where(s => s.Kind == StepKind.Done).Select(s => s.Key).Distinct().Count());
        Assert.DoesNotContain("a20", steps.Select(s => s.Key));
        Assert.Equal(1, lane.Held);
    }

    /// <summary>Many of one tenant, say: what has not begun must not keep the room of others for as long as nobody mends that.</summary>
    [Fact]
    public async Task Run_TheEngineFailsAtStarts_TheyWaitInTheEngine()
    {
        var lane = new FakeLane { FailsAt = step => step.Kind == StepKind.Start && step.Key.StartsWith("bad", StringComparison.Ordinal) };
        await using var worker = await Worker.StartAsync(lane, new FakeTransport { Capacity = 2, Always = FakeTransport.Delivered });
        for (var i = 0; i < 100; i++)
        {
            lane.Add($"bad{i}");
        }

        lane.Add("good");

        var steps = new List<Step>();
        for (var i = 0; i < 100 + 2; i++)
        {
            steps.Add(await lane.NextStepAsync());
        }

        Assert.Equal([StepKind.Start, StepKind.Done], steps.Where(s => s.Key == "good").Select(s => s.Kind));
        Assert.Equal(100, steps.Count(s => s.Kind == StepKind.Hold && s.Delay == TimeSpan.FromSeconds(30)));
        Assert.Equal(0, lane.Held);
    }

    [Fact]
    public async Task Run_TheEngineFailedAtAnOutcomeAndWasMended_ItIsMadeTrueAfterAll()
    {
        var time = new FakeTimeProvider();
        var lane = new FakeLane { FailsAt = step => step.Kind == StepKind.Done };
        await using var worker = await Worker.StartAsync(lane, new FakeTransport { Always = FakeTransport.Delivered }, time: time);
        lane.Add("a");
        await FailsAsync(lane, 5, time);

        lane.FailsAt = _ => false;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (lane.Steps.All(s => s.Kind != StepKind.Done))
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, patience.Token);
        }

        Assert.Equal([StepKind.Start, StepKind.Done], lane.Steps.Select(s => s.Kind));
        Assert.Equal(0, lane.Held);
    }

    /// <summary>Mended, and then the worker is told to stop: it need not come to the next try by itself.</summary>
    [Fact]
    public async Task Stop_AnOutcomeWasSetAside_IsMadeTrueInTheDrain()
    {
        var lane = new FakeLane { FailsAt = step => step.Kind == StepKind.Done };
        var worker = await Worker.StartAsync(lane, new FakeTransport { Always = FakeTransport.Delivered });
        await using var end = worker;
        lane.Add("a");
        await FailsAsync(lane, 3, null);

        lane.FailsAt = _ => false;
        await worker.StopAsync();

        Assert.Equal([StepKind.Start, StepKind.Done], lane.Steps.Select(s => s.Kind));
        Assert.True(lane.Left);
    }

    [Fact]
    public async Task Run_TwoCallsAreNotAnsweredYet_TheThirdWaitsForOneOfThem()
    {
        var (underWay, most) = (0, 0);
        var answer = new TaskCompletionSource();
        var lane = new FakeLane
        {
            Answering = async steps =>
            {
                most = Math.Max(most, Interlocked.Increment(ref underWay)); // calls begin one after the other
                await (steps[0].Key == "last" ? Task.CompletedTask : answer.Task);
                Interlocked.Decrement(ref underWay);
            },
        };
        await using var worker = await Worker.StartAsync(lane, new FakeTransport { Capacity = 8, Always = FakeTransport.Delivered });

        foreach (var id in new[] { "first", "second" })
        {
            lane.Add(id);
            Assert.Equal(id, (await lane.NextStepAsync()).Key);
        }

        lane.Add("last");
        while (lane.Queued > 0)
        {
            await Task.Yield();
        }

        answer.SetResult();
        var steps = new List<Step>();
        for (var i = 0; i < 4; i++)
        {
            steps.Add(await lane.NextStepAsync());
        }

        Assert.Equal(["first", "last", "second"], steps.Where(s => s.Kind == StepKind.Done).Select(s => s.Key).Order());
        Assert.Equal(2, most);
    }

    /// <summary>Else a repeat of the call that let go of it could end the attempt that has just begun under the same number.</summary>
    [Fact]
    public async Task Run_CallThatLetGoOfARecordIsNotAnswered_TheRecordIsNotStartedAgain()
    {
        var answer = new TaskCompletionSource();
        var transport = new FakeTransport();
        var lane = new FakeLane { Answering = steps => steps[0].Kind == StepKind.Defer ? answer.Task : Task.CompletedTask };
        await using var worker = await Worker.StartAsync(lane, transport);
        lane.Add("one");
        Assert.Equal(StepKind.Start, (await lane.NextStepAsync()).Kind);
        (await transport.NextAsync()).End(new DeliveryOutcome { Kind = OutcomeKind.Deferred, Uncounted = true });
        Assert.Equal(StepKind.Defer, (await lane.NextStepAsync()).Kind);

        lane.Add("one"); // it comes back, to us, before that call has ended
        var next = lane.NextStepAsync();
        await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(200)));
        Assert.False(next.IsCompleted);
        answer.SetResult();

        Assert.Equal(StepKind.Back, (await next).Kind); // by the heartbeat: nobody knew of it
    }

    [Fact]
    public async Task Run_CheckObjects_DropsWithoutSending()
    {
        var lane = new FakeLane();
        await using var worker = await Worker.StartAsync(lane, new FakeTransport());

        lane.Add("a1", email: "not an address");

        var step = await lane.NextStepAsync();
        Assert.Equal((StepKind.Drop, Status.InvalidRecipient), (step.Kind, step.Status));
    }

    [Fact]
    public async Task Run_StoredInvitationThatCannotBeRead_IsSetAside()
    {
        var lane = new FakeLane();
        await using var worker = await Worker.StartAsync(lane, new FakeTransport());

        lane.Add("a1", body: []);

        var step = await lane.NextStepAsync();
        Assert.Equal((StepKind.Drop, Status.InternalError), (step.Kind, step.Status));
    }

    [Fact]
    public async Task Run_StoredBeforeThereWasALimit_IsReadAllTheSame()
    {
        var lane = new FakeLane();
        await using var worker = await Worker.StartAsync(lane, new FakeTransport { Always = FakeTransport.Delivered });

        lane.Add("a1", body: Encoding.UTF8.GetBytes($$"""{"recipient":{"email":"eva@example.com"},"templateId":"{{new string('t', 300)}}"}"""));

        var step = await lane.NextStepAsync();
        Assert.Equal((StepKind.Drop, Status.NoTemplate), (step.Kind, step.Status));
    }

    [Fact]
    public async Task Run_SenderDomainThatDoesNotAnswer_HoldsUpNobodyElse()
    {
        var lane = new FakeLane();
        var spf = new FakeSpfEvaluator { Gate = new TaskCompletionSource() };
        await using var worker = await Worker.StartAsync(lane, new FakeTransport { Capacity = 2, Always = FakeTransport.Delivered }, spf: spf);
        for (var i = 0; i < 40; i++)
        {
            lane.Add($"slow{i}", sender: $"a@slow{i}.test");
        }

        lane.Add("quick");
        var steps = new List<Step>();
        for (var i = 0; i < 42; i++)
        {
            steps.Add(await lane.NextStepAsync());
        }

        // Those that need DNS are put off, the other one is sent, and nothing was waited for that never comes.
        Assert.Equal(40, steps.Count(s => s.Kind == StepKind.Hold));
        Assert.Contains(steps, s => s is { Kind: StepKind.Done, Key: "quick", Status: Status.Delivered });
        spf.Gate.SetResult();
    }

    [Fact]
    public async Task Run_SenderDomainThatAnswersSoon_IsWaitedFor()
    {
        var lane = new FakeLane();
        var spf = new FakeSpfEvaluator { Gate = new TaskCompletionSource() };
        await using var worker = await Worker.StartAsync(lane, new FakeTransport { Always = FakeTransport.Delivered }, spf: spf);
        lane.Add("a1", sender: "a@allowed.test");
        await spf.Asked;

        spf.Gate.SetResult();

        Assert.Equal(StepKind.Start, (await lane.NextStepAsync()).Kind);
    }

    [Fact]
    public async Task Run_StartsNoMoreThanTwiceTheConnections()
    {
        var lane = new FakeLane();
        var transport = new FakeTransport { Capacity = 2 };
        await using var worker = await Worker.StartAsync(lane, transport);
        for (var i = 0; i < 50; i++)
        {
            lane.Add($"a{i}");
        }

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(StepKind.Start, (await lane.NextStepAsync()).Kind);
        }

        // A fifth start needs an outcome first.
        (await transport.NextAsync()).End(FakeTransport.Delivered);
        var kinds = new[] { (await lane.NextStepAsync()).Kind, (await lane.NextStepAsync()).Kind };
        Assert.Equal([StepKind.Start, StepKind.Done], kinds.Order());
        await StopAndFinishAsync(worker, transport);
    }

    [Fact]
    public async Task Start_Changed_IsDecidedAgainOnFreshFacts()
    {
        var lane = new FakeLane();
        lane.Refusals["a1"] = new StepAnswer(StepAnswerKind.Changed, new FreshFacts(null, 0, "unsubscribed", new Dictionary<string, long>()));
        await using var worker = await Worker.StartAsync(lane, new FakeTransport());

        lane.Add("a1");

        var step = await lane.NextStepAsync();
        Assert.Equal((StepKind.Drop, Status.AlreadyUnsubscribed), (step.Kind, step.Status));
    }

    /// <summary>Whatever lane and worker disagree about: it ends one day, and the invitation must not end before.</summary>
    [Fact]
    public async Task Start_ChangedAgainAndAgain_IsHeldAndComesBack()
    {
        var lane = new FakeLane { AlwaysRefuses = new StepAnswer(StepAnswerKind.Changed, new FreshFacts(null, 0, null, new Dictionary<string, long>())) };
        await using var worker = await Worker.StartAsync(lane, new FakeTransport());

        lane.Add("a1");

        var step = await lane.NextStepAsync();
        Assert.Equal((StepKind.Hold, Status.Unset, TimeSpan.FromSeconds(1)), (step.Kind, step.Status, step.Delay));
    }

    [Fact]
    public async Task Start_ChangedByAnEdit_SendsTheNewName()
    {
        var lane = new FakeLane();
        var transport = new FakeTransport();
        lane.Refusals["a1"] = new StepAnswer(StepAnswerKind.Changed, new FreshFacts("Eva Berg", 1, null, new Dictionary<string, long>()));
        await using var worker = await Worker.StartAsync(lane, transport);

        lane.Add("a1");
        var attempt = await transport.NextAsync();

        Assert.StartsWith("To: Eva Berg", System.Text.Encoding.UTF8.GetString(attempt.Message.Content.Span), StringComparison.Ordinal);
        Assert.Equal(1, (await lane.NextStepAsync()).Revision);
        attempt.End(FakeTransport.Delivered);
    }

    /// <summary>Greylisting lets pass the sender that it has met before.</summary>
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(4, 0, 1)]
    [InlineData(4, 2, 3)]
    public async Task Send_AttemptsBefore_TheBounceAddressChangesOnlyAfterAnUncertainOne(int attempt, int lastUncertain, int expected)
    {
        using var folder = new TempFolder();
        var secrets = Path.Combine(folder.Path, "verp");
        await File.WriteAllTextAsync(secrets, Convert.ToBase64String(new byte[32]) + "\n");
        var lane = new FakeLane();
        var transport = new FakeTransport();
        var key = RecordKey.Of("acme", "1");
        var tenant = TenantSettings.Default("acme") with { Sender = new SenderSettings { BounceDomain = "b.example.com" } };
        await using var worker = await Worker.StartAsync(lane, transport, tenant, verpKeyFile: secrets);

        lane.Add(key, firstAttempt: TimeProvider.System.GetUtcNow(), attempt: attempt, lastUncertain: lastUncertain);
        var sent = await transport.NextAsync();

        Assert.True(new VerpCodec(VerpKeys.Read(secrets, out _)!).TryParse(sent.Message.EnvelopeFrom.Split('@')[0], out var target));
        Assert.Equal(new VerpTarget(0, key, expected), target);
        sent.End(FakeTransport.Delivered);
    }

    [Fact]
    public async Task Start_Gone_IsForgottenAndTheNextGoesOut()
    {
        var lane = new FakeLane();
        var transport = new FakeTransport { Always = FakeTransport.Delivered };
        lane.Refusals["a1"] = new StepAnswer(StepAnswerKind.Gone, null);
        await using var worker = await Worker.StartAsync(lane, transport);

        lane.Add("a1");
        lane.Add("a2");

        Assert.Equal("a2", (await lane.NextStepAsync()).Key);
    }

    [Fact]
    public async Task Send_TransportThrows_IsUncertainAndTheLoopLives()
    {
        var lane = new FakeLane();
        var transport = new FakeTransport { Capacity = 1 };
        await using var worker = await Worker.StartAsync(lane, transport);

        lane.Add("a1");
        (await transport.NextAsync()).Throw(new InvalidOperationException("bug"));
        Assert.Equal(StepKind.Start, (await lane.NextStepAsync()).Kind);
        Assert.Equal(StepKind.Unsure, (await lane.NextStepAsync()).Kind);

        lane.Add("a2");
        (await transport.NextAsync()).End(FakeTransport.Delivered);
    }

    [Fact]
    public async Task Record_EngineAwayForAWhile_LosesNoOutcome()
    {
        var lane = new FakeLane();
        var transport = new FakeTransport();
        await using var worker = await Worker.StartAsync(lane, transport);
        lane.Add("a1");
        var attempt = await transport.NextAsync();
        Assert.Equal(StepKind.Start, (await lane.NextStepAsync()).Kind);

        lane.Away = true;
        attempt.End(FakeTransport.Delivered);
        lane.Away = false;

        Assert.Equal(StepKind.Done, (await lane.NextStepAsync()).Kind);
    }

    [Fact]
    public async Task Start_PolicyHold_GivesNoRepeatTime()
    {
        var lane = new FakeLane();
        var hold = TenantSettings.Default("acme") with { Uncertain = UncertainPolicy.Hold, Plan = Plan.Free };
        await using var worker = await Worker.StartAsync(lane, new FakeTransport { Always = FakeTransport.Delivered }, hold);

        lane.Add("a1");

        var start = await lane.NextStepAsync();
        Assert.Null(start.Delay);
        Assert.Equal(100, start.MonthlyLimit);
        Assert.Matches("^[0-9]{4}-[0-9]{2}$", start.Month!);
    }

    [Fact]
    public async Task Wait_MoreOftenThanSendersHaveRoom_StopsNobody()
    {
        var lane = new FakeLane();
        var waits = TenantSettings.Default("acme") with { MonthlyLimit = 0, LimitReached = LimitReached.Wait };
        await using var worker = await Worker.StartAsync(lane, new FakeTransport { Capacity = 2 }, waits);

        for (var i = 0; i < 20; i++)
        {
            lane.Add($"a{i}");
        }

        for (var i = 0; i < 20; i++)
        {
            var step = await lane.NextStepAsync();
            Assert.Equal(StepKind.Wait, step.Kind);
            Assert.InRange(step.Delay!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(32));
            Assert.Equal(waits.MonthlyRule, step.MonthlyRule);
        }
    }

    /// <summary>A queue opens at the very moment at which a month begins: claims come then, and checks may wait for DNS.</summary>
    [Fact]
    public async Task Wait_TheNextMonthBeginsWhileItIsDecided_IsNotClosedForAllOfThatMonth()
    {
        var lane = new FakeLane();
        var clock = new SetClock { Now = new DateTimeOffset(2026, 11, 30, 23, 59, 59, TimeSpan.Zero) };
        var spf = new FakeSpfEvaluator { Gate = new TaskCompletionSource() };
        var waits = TenantSettings.Default("acme") with { MonthlyLimit = 0, LimitReached = LimitReached.Wait, TimeZone = "UTC" };
        await using var worker = await Worker.StartAsync(lane, new FakeTransport { Always = FakeTransport.Delivered }, waits, spf: spf, time: clock);
        lane.Add("a1", sender: "a@allowed.test");
        await spf.Asked;

        clock.Now = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
        spf.Gate.SetResult();

        var step = await lane.NextStepAsync();
        Assert.Equal((StepKind.Wait, TimeSpan.FromSeconds(1)), (step.Kind, step.Delay));
    }

    [Fact]
    public async Task Stop_WithWorkEverywhere_FinishesWhatIsOnTheWireAndHandsBackTheRest()
    {
        var lane = new FakeLane();
        var transport = new FakeTransport { Capacity = 1 };
        await using var worker = await Worker.StartAsync(lane, transport);
        for (var i = 0; i < 20; i++)
        {
            lane.Add($"a{i}");
        }

        var onTheWire = await transport.NextAsync();
        var behindIt = await transport.NextAsync();
        var stopping = worker.StopAsync();
        onTheWire.End(FakeTransport.Delivered);
        behindIt.End(FakeTransport.Delivered);
        await stopping;

        Assert.Equal(2, lane.Steps.Count(s => s.Kind == StepKind.Done));
        Assert.Equal(18, lane.Queued);
        Assert.Equal(0, lane.Held);
        Assert.True(lane.Left);
    }

    [Fact]
    public async Task Stop_RelayHangs_HandsBackTheRestAtOnce()
    {
        var lane = new FakeLane();
        var transport = new FakeTransport { Capacity = 1 };
        await using var worker = await Worker.StartAsync(lane, transport, options: new PipelineOptions { DrainTimeout = TimeSpan.FromMinutes(1) });
        for (var i = 0; i < 20; i++)
        {
            lane.Add($"a{i}");
        }

        var onTheWire = await transport.NextAsync();
        var behindIt = await transport.NextAsync();
        var stopping = worker.StopAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (lane.Held > 2)
        {
            await Task.Delay(5, deadline.Token);
        }

        Assert.Equal(18, lane.Queued);
        onTheWire.End(FakeTransport.Delivered);
        behindIt.End(FakeTransport.Delivered);
        await stopping;
    }

    [Fact]
    public async Task Stop_BudgetUsedUp_AbandonsWhatIsOnTheWire()
    {
        var lane = new FakeLane();
        var transport = new FakeTransport { Capacity = 1 };
        await using var worker = await Worker.StartAsync(lane, transport, options: new PipelineOptions { DrainTimeout = TimeSpan.FromMilliseconds(50) });
        lane.Add("a1");
        await transport.NextAsync();

        await worker.StopAsync();

        Assert.Equal(StepKind.Interrupt, lane.Steps.Last().Kind);
        Assert.Equal(1, lane.Queued);
        Assert.True(lane.Left);
    }

    private static async Task StopAndFinishAsync(Worker worker, FakeTransport transport)
    {
        var stopping = worker.StopAsync();
        while (!stopping.IsCompleted)
        {
            var next = transport.NextAsync();
            if (await Task.WhenAny(stopping, next) == next)
            {
                (await next).End(FakeTransport.Delivered);
            }
        }

        await stopping;
    }

    /// <summary>Shows what it is set to; timers run as ever.</summary>
    private sealed class SetClock : TimeProvider
    {
        public required DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private static async Task FailsAsync(FakeLane lane, int times, FakeTimeProvider? time)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        for (var failed = 0; failed < times; failed += lane.Failed.Wait(0, default) ? 1 : 0)
        {
            time?.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1, patience.Token);
        }
    }
}
