using System.Net;

namespace Dispatcher.Dns.Tests;

public sealed class ServerAddressTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1:53")]
    [InlineData(" 192.0.2.1:5353 ", "192.0.2.1:5353")]
    [InlineData("2001:db8::1", "[2001:db8::1]:53")]
    [InlineData("[2001:db8::1]", "[2001:db8::1]:53")]
    [InlineData("[2001:db8::1]:5353", "[2001:db8::1]:5353")]
    public void Parse_Address_GivesItsEndpoint(string text, string expected) => Assert.Equal(IPEndPoint.Parse(expected), ServerAddress.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("resolver.example")]
    [InlineData("resolver.example:53")]
    [InlineData("1")]
    [InlineData("192.0.2")]
    [InlineData("192.0.2.1:0")]
    [InlineData("192.0.2.1:65536")]
    [InlineData("192.0.2.1:")]
    [InlineData("192.0.2.1:+5")]
    [InlineData("[192.0.2.1]:53")]
    [InlineData("[2001:db8::1")]
    [InlineData("[]:53")]
    [InlineData(":53")]
    public void Parse_AnythingElse_IsNull(string text) => Assert.Null(ServerAddress.Parse(text));

    [Fact]
    public void ResolvConf_Lines_GiveTheFirstThreeServers()
    {
        var servers = ResolvConf.Parse(
            ["# nameserver 192.0.2.9", "search example.com", "nameserver 192.0.2.1", "\tnameserver\t2001:db8::1 # comment", "nameserver nonsense", "nameserver 192.0.2.3", "nameserver 192.0.2.4"]);

        Assert.Equal(["192.0.2.1:53", "[2001:db8::1]:53", "192.0.2.3:53"], servers.Select(server => server.ToString()));
    }

    [Fact]
    public void ResolvConf_NoServers_MeansThisMachine() => Assert.Equal([new IPEndPoint(IPAddress.Loopback, 53)], ResolvConf.Parse(["search example.com", "nameserver"]));
}
