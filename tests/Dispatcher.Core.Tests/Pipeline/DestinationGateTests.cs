using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Sending.Routes;

namespace Dispatcher.Core.Tests.Pipeline;

/// <summary>Invitations whose destination takes nothing now.</summary>
public sealed class DestinationGateTests
{
    [Fact]
    public async Task Run_DestinationDoesNotAnswer_IsHeldWithoutAnAttempt()
    {
        var lane = new FakeLane();
        var gate = new Gate(new DestinationWait(TimeSpan.FromSeconds(40), "away", IsTrouble: true));
        await using var worker = await Worker.StartAsync(lane, new FakeTransport { Always = FakeTransport.Delivered }, gate: gate);

        lane.Add("a1", email: "eva@away.example", sender: "");

        var step = await lane.NextStepAsync();
        Assert.Equal((StepKind.Hold, TimeSpan.FromSeconds(40), "away"), (step.Kind, step.Delay, step.Detail));
        Assert.Equal(("acme", "away.example"), (gate.Query.Tenant, gate.Domain));
    }

    [Theory]
    [InlineData(true, StepKind.Start)]
    [InlineData(false, StepKind.Hold)]
    public async Task Run_WaitedForLong_OnlyTroubleComesToAnAttempt(bool trouble, StepKind expected)
    {
        var lane = new FakeLane();
        var gate = new Gate(new DestinationWait(TimeSpan.FromSeconds(1), "wait", trouble));
        await using var worker = await Worker.StartAsync(lane, new FakeTransport { Always = FakeTransport.Delivered }, gate: gate);

        lane.Add("a1", firstAttempt: TimeProvider.System.GetUtcNow().AddHours(-2));

        Assert.Equal(expected, (await lane.NextStepAsync()).Kind);
    }

    [Theory]
    [InlineData(0.5, StepKind.Hold)]
    [InlineData(2, StepKind.Start)]
    public async Task Run_NeitherSendAtNorCreatedAt_IsHeldByWhenItWasStored(double hours, StepKind expected)
    {
        var lane = new FakeLane();
        var gate = new Gate(new DestinationWait(TimeSpan.FromSeconds(1), "away", IsTrouble: true));
        await using var worker = await Worker.StartAsync(lane, new FakeTransport { Always = FakeTransport.Delivered }, gate: gate);

        lane.Add("a1", storedAt: TimeProvider.System.GetUtcNow().AddHours(-hours));

        Assert.Equal(expected, (await lane.NextStepAsync()).Kind);
    }

    [Fact]
    public async Task Run_DestinationTakesOne_IsSentWithWhatTheRouteIsChosenBy()
    {
        var lane = new FakeLane();
        var transport = new FakeTransport { Always = FakeTransport.Delivered };
        var gate = new Gate(null);
        await using var worker = await Worker.StartAsync(lane, transport, gate: gate);

        lane.Add("a1");

        Assert.Equal([StepKind.Start, StepKind.Done], [(await lane.NextStepAsync()).Kind, (await lane.NextStepAsync()).Kind]);
        Assert.Equal(("acme", "example.com"), (gate.Query.Tenant, gate.Query.SenderDomain));
    }

    private sealed class Gate(DestinationWait? answer) : IDestinationGate
    {
        public RouteQuery Query { get; private set; }

        public string? Domain { get; private set; }

        public DestinationWait? Ask(in RouteQuery query, string recipientDomain)
        {
            (Query, Domain) = (query, recipientDomain);
            return answer;
        }
    }
}
