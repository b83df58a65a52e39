using Dispatcher.LoadTests.Cli;
using Dispatcher.LoadTests.Servers;

namespace Dispatcher.LoadTests.Tests.Servers;

public sealed class LoopbackTests
{
    [Theory]
    [InlineData("127.0.0.1:6379")]
    [InlineData("localhost:6379")]
    [InlineData("127.8.9.1:6379,password=x")]
    public void Require_Loopback_Passes(string address) => Loopback.Require(address);

    [Theory]
    [InlineData("10.0.0.1:6379")]
    [InlineData("redis.example.com:6379")]
    [InlineData("127.0.0.1:6379,10.0.0.1:6379")]
    [InlineData("localhost.example.com:6379")]
    [InlineData("")]
    public void Require_AnythingElse_IsRefused(string address) => Assert.Throws<UsageException>(() => Loopback.Require(address));
}
