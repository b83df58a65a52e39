using Dispatcher.Simulators.Smtp;

namespace Dispatcher.Simulators.Tests.Smtp;

public class AddressMemoryTests
{
    [Fact]
    public void IsFirstTime_SameAddressAgain_IsFalse()
    {
        var sut = new AddressMemory(10);

        Assert.True(sut.IsFirstTime("a@test"));
        Assert.False(sut.IsFirstTime("A@test"));
        Assert.True(sut.IsFirstTime("b@test"));
    }

    [Fact]
    public void IsFirstTime_TooMany_ForgetsTheOldest()
    {
        var sut = new AddressMemory(2);

        foreach (var address in new[] { "a@test", "b@test", "c@test" })
        {
            sut.IsFirstTime(address);
        }

        Assert.False(sut.IsFirstTime("c@test"));
        Assert.True(sut.IsFirstTime("a@test"));
    }
}
