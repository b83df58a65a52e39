using Dispatcher.LoadTests.Simulation;

namespace Dispatcher.LoadTests.Tests.Simulation;

public sealed class FairQueueTests
{
    [Fact]
    public void Take_OneFlowMany_OneFlowOne_ServesTheSmallOneInTheFirstBatch()
    {
        var queue = new FairQueue([1, 1]);
        Add(queue, 0, 1000);
        Add(queue, 1, 1);

        Assert.Contains(Take(queue, 64), w => w.Flow == 1);
    }

    [Fact]
    public void Take_WeightThree_GetsThreeTimesAsMuch()
    {
        var queue = new FairQueue([1, 3]);
        Add(queue, 0, 10_000);
        Add(queue, 1, 10_000);

        var taken = Enumerable.Range(0, 100).SelectMany(_ => Take(queue, 8)).ToList();

        Assert.InRange(taken.Count(w => w.Flow == 1), 590, 610);
    }

    [Fact]
    public void Take_AVisit_IsNeverLongerThanSixtyFour()
    {
        var queue = new FairQueue([1, 1]);
        Add(queue, 0, 500);
        Add(queue, 1, 500);

        var taken = Take(queue, 256);

        Assert.Equal(Enumerable.Repeat(0, 64), taken.Take(64).Select(w => w.Flow));
        Assert.Equal(Enumerable.Repeat(1, 64), taken.Skip(64).Take(64).Select(w => w.Flow));
    }

    [Fact]
    public void Add_WhoRestedAfterMuchService_HasNoClaimOnTheTimeItRested()
    {
        var queue = new FairQueue([1, 1]);
        Add(queue, 0, 100);
        for (var i = 0; i < 100; i++)
        {
            Take(queue, 1); // flow 0 alone, then at rest
        }

        Add(queue, 1, 1000);
        Enumerable.Range(0, 500).ToList().ForEach(_ => Take(queue, 1));
        Add(queue, 0, 1000);
        var taken = Enumerable.Range(0, 100).SelectMany(_ => Take(queue, 1)).ToList();

        Assert.InRange(taken.Count(w => w.Flow == 0), 45, 55);
    }

    [Fact]
    public void Add_WhoComesBackAtOnce_KeepsTheFinishOfItsLastVisit()
    {
        var queue = new FairQueue([1, 1]);
        Add(queue, 0, 20);
        Add(queue, 1, 1000);
        Assert.Equal(20, Take(queue, 40).Count(w => w.Flow == 0)); // its finish is 20, virtual time still 0
        Add(queue, 0, 1000);
        var next = Enumerable.Range(0, 20).SelectMany(_ => Take(queue, 1)).ToList();

        // Coming back as a newcomer, at virtual time 0, it would get all of them.
        Assert.InRange(next.Count(w => w.Flow == 0), 9, 11);
    }

    private static void Add(FairQueue queue, int flow, int count)
    {
        for (var i = 0; i < count; i++)
        {
            queue.Add(new Waiting(flow, 0));
        }
    }

    private static List<Waiting> Take(FairQueue queue, int room)
    {
        var taken = new List<Waiting>();
        queue.Take(room, taken);
        return taken;
    }
}
