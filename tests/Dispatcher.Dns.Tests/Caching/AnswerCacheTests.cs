using Dispatcher.Dns.Caching;
using Dispatcher.Dns.Wire;

namespace Dispatcher.Dns.Tests.Caching;

public sealed class AnswerCacheTests
{
    [Fact]
    public void GetOrAdd_BeyondItsSize_KeepsWhatIsAskedFor()
    {
        var sut = new AnswerCache(100);
        var wanted = sut.GetOrAdd(Key(-1));

        for (var i = 0; i < 10_000; i++)
        {
            sut.GetOrAdd(Key(i));
            Assert.Same(wanted, sut.GetOrAdd(Key(-1)));
        }

        Assert.Equal(100, sut.Count);
    }

    [Fact]
    public void GetOrAdd_AllAskedFor_StillHasAnEnd()
    {
        var sut = new AnswerCache(100);
        for (var i = 0; i < 10_000; i++)
        {
            sut.GetOrAdd(Key(i));
            sut.GetOrAdd(Key(i));
        }

        Assert.Equal(100, sut.Count);
    }

    [Fact]
    public void GetOrAdd_ManyThreads_StaysWithinItsSize()
    {
        var sut = new AnswerCache(100);

        Parallel.For(0, 100_000, i => sut.GetOrAdd(Key(i % 3000)));

        Assert.InRange(sut.Count, 1, 100);
    }

    private static CacheKey Key(int number) => new($"n{number}.example", RecordType.A);
}
