using Dispatcher.LoadTests.Servers;

namespace Dispatcher.LoadTests.Tests.Servers;

public sealed class KeyFamiliesTests
{
    [Theory]
    [InlineData("{d:00}:i:abc", "i:")]
    [InlineData("{d:12}:s:tenant:hash", "s:")]
    [InlineData("{d:00}:ready", "ready")]
    [InlineData("dispatch:tenants", "dispatch:tenants")]
    public void FamilyOf_AKey_IsWhatItIsFor(string key, string family) => Assert.Equal(family, KeyFamilies.FamilyOf(key));
}
