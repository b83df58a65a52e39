using Dispatcher.LoadTests.Statistics;

namespace Dispatcher.LoadTests.Tests.Statistics;

public sealed class JainIndexTests
{
    [Fact]
    public void Of_EqualShares_IsOne() => Assert.Equal(1, JainIndex.Of([3, 3, 3, 3]), 12);

    [Fact]
    public void Of_OneHasEverything_IsOneOverCount() => Assert.Equal(0.25, JainIndex.Of([8, 0, 0, 0]), 12);

    [Fact]
    public void Of_OneToThree_IsWhatTheFormulaSays() => Assert.Equal(36.0 / 42, JainIndex.Of([1, 2, 3]), 12);

    [Fact]
    public void Of_NobodyHasAnything_IsNotANumber() => Assert.Equal(double.NaN, JainIndex.Of([0, 0]));
}
