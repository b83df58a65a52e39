using Dispatcher.Core.Pipeline;

namespace Dispatcher.Core.Tests.Pipeline;

public sealed class CreditsTests
{
    [Fact]
    public async Task Take_SomeFree_TakesAtMostWhatIsFree()
    {
        var credits = new Credits(10);

        Assert.Equal(6, await credits.TakeAsync(6, default));
        Assert.Equal(4, await credits.TakeAsync(6, default));
        Assert.Equal(0, credits.TryTake(1));
    }

    [Fact]
    public async Task Take_NothingFree_WaitsForAReturn()
    {
        var credits = new Credits(4);
        await credits.TakeAsync(4, default);

        var taking = credits.TakeAsync(4, default).AsTask();
        Assert.False(taking.IsCompleted);
        credits.Return(2);

        Assert.Equal(2, await taking.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Take_LessThanAQuarterFree_WaitsForABatch()
    {
        var credits = new Credits(100);
        await credits.TakeAsync(100, default);

        var taking = credits.TakeAsync(100, default).AsTask();
        credits.Return(24);
        Assert.False(taking.IsCompleted);
        credits.Return(1);

        Assert.Equal(25, await taking.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Capacity_Shrunk_LetsNobodyInUntilEnoughCameBack()
    {
        var credits = new Credits(8);
        await credits.TakeAsync(8, default);
        credits.Capacity = 2;
        credits.Return(6);

        Assert.Equal(0, credits.TryTake(1));
        credits.Return(1);
        Assert.Equal(1, credits.TryTake(5));
    }

    [Fact]
    public void Return_MoreThanTaken_IsABug() => Assert.Throws<ArgumentOutOfRangeException>(() => new Credits(1).Return(1));
}
