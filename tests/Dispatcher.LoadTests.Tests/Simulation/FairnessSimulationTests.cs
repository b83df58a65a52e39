using Dispatcher.LoadTests.Simulation;

namespace Dispatcher.LoadTests.Tests.Simulation;

public sealed class FairnessSimulationTests
{
    private static readonly SimulationSettings Small = new() { Invitations = 30_000, Others = 200, Seed = 5, HogBacklog = 10_000 };
    private static readonly double[] Equal = [.. Enumerable.Repeat(1.0, 201)];

    [Fact]
    public void Run_Fair_OthersWaitNoLongerThanTheWorkAhead()
    {
        var alone = FairnessSimulation.Run(new FairQueue(Equal), Small with { WithHog = false });
        var beside = FairnessSimulation.Run(new FairQueue(Equal), Small);

        Assert.InRange(beside.Others.At(0.95) - alone.Others.At(0.95), 0, 0.25);
    }

    [Fact]
    public void Run_Fair_TheBacklogOfTheBigTenantMakesNoDifference()
    {
        var small = FairnessSimulation.Run(new FairQueue(Equal), Small);
        var large = FairnessSimulation.Run(new FairQueue(Equal), Small with { HogBacklog = 200_000 });

        Assert.Equal(1, large.Others.At(0.95) / small.Others.At(0.95), 0.1);
    }

    [Fact]
    public void Run_Fifo_OthersWaitForTheWholeBacklog()
    {
        var result = FairnessSimulation.Run(new FirstInFirstOut(), Small);

        Assert.True(result.Others.At(0.5) > 0.9);
    }

    [Fact]
    public void Run_AnyDiscipline_LosesNothing() => Assert.All(
        new IFlowQueue[] { new FairQueue(Equal), new FirstInFirstOut(), new RoundRobin(Equal.Length) },
        queue =>
        {
            var result = FairnessSimulation.Run(queue, Small);
            Assert.Equal(result.Arrived, result.Served + result.Unserved);
            Assert.Equal(result.Arrived, result.Hog.Count + result.Others.Count);
            Assert.Equal(0, queue.Count);
        });

    [Fact]
    public void Run_SameSeed_GivesTheSameToTheBit()
    {
        var first = FairnessSimulation.Run(new FairQueue(Equal), Small);
        var second = FairnessSimulation.Run(new FairQueue(Equal), Small);
        var other = FairnessSimulation.Run(new FairQueue(Equal), Small with { Seed = 6 });

        Assert.Equal(first.Others.At(0.99), second.Others.At(0.99));
        Assert.Equal(first.Arrived, second.Arrived);
        Assert.NotEqual(first.Arrived, other.Arrived);
    }

    [Fact]
    public void EvennessByWeight_UnequalWeights_OnlyFairQueueingKeepsThem()
    {
        double[] weights = [1, 2, 3, 4, 5];

        Assert.InRange(FairnessSimulation.EvennessByWeight(new FairQueue(weights), weights, 50_000), 0.99, 1);
        Assert.InRange(FairnessSimulation.EvennessByWeight(new RoundRobin(weights.Length), weights, 50_000), 0, 0.8);
    }
}
