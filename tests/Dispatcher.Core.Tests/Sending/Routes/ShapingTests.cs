using System.Text.Json.Nodes;
using Dispatcher.Core.Sending.Routes;

namespace Dispatcher.Core.Tests.Sending.Routes;

public sealed class ShapingTests
{
    private const string Good = """
        { "default": { "connections": 4, "ratePerMinute": 100 },
          "rules": [
            { "name": "big", "domains": ["big.example"], "mx": ["*.big.test"], "connections": 20, "pipelining": true, "retry": ["10m", "1h"] },
            { "name": "inner", "mx": ["*.inner.big.test"], "messagesPerConnection": 3 } ] }
        """;

    [Theory]
    [InlineData("big.example", "mx.elsewhere.test", "big")]
    [InlineData("BIG.example", "", "big")]
    [InlineData("x.example", "a.big.test", "big")]
    [InlineData("x.example", "a.inner.big.test", "inner")]
    [InlineData("x.example", "big.test", null)]
    [InlineData("sub.big.example", "mx.elsewhere.test", null)]
    [InlineData("x.example", "mx.elsewhere.test,b.big.test", "big")]
    public void Find_DomainThenExchangers_LongestPatternWins(string domain, string exchangers, string? expected)
    {
        var table = new ShapingTable(ShapingFileReader.Read(JsonNode.Parse(Good)).Items[0]);

        Assert.Equal(expected, table.Find(domain, exchangers.Split(',', StringSplitOptions.RemoveEmptyEntries))?.Name);
    }

    [Fact]
    public void Find_RuleLacksAValue_ItIsTheDefaults()
    {
        var table = new ShapingTable(ShapingFileReader.Read(JsonNode.Parse(Good)).Items[0]);

        var rule = table.Find("big.example", [])!;

        Assert.Equal((20, 100, true, null), (rule.Connections, rule.RatePerMinute, rule.Pipelining, rule.MessagesPerConnection));
        Assert.Equal([TimeSpan.FromMinutes(10), TimeSpan.FromHours(1)], rule.Retry);
    }

    [Theory]
    [InlineData("7", "must hold the keys rules")]
    [InlineData("""{ "rules": [{ "name": "a" }] }""", "rules[0].domains: is missing, and so is mx")]
    [InlineData("""{ "rules": [{ "name": "a", "mx": ["*"] }] }""", "rules[0].mx[0]: must be a domain")]
    [InlineData("""{ "rules": [{ "name": "a", "mx": ["*.a.test"], "connections": 0 }] }""", "rules[0].connections: must be a whole number")]
    [InlineData("""{ "rules": [{ "name": "a", "mx": ["*.a.test"], "retry": ["1h", "10m"] }] }""", "rules[0].retry[1]: must not be shorter")]
    [InlineData("""{ "rules": [{ "name": "a", "mx": ["*.a.test"] }, { "name": "b", "mx": ["*.a.test"] }] }""", "rules: the exchanger *.a.test stands more than once: a, b")]
    [InlineData("""{ "rules": [{ "name": "default", "mx": ["*.a.test"] }] }""", "rules: 'default' is taken")]
    [InlineData("""{ "default": { "conections": 1 } }""", "default.conections: is not known; did you mean connections?")]
    public void Read_Mistake_IsNamedWithItsPath(string json, string expected)
    {
        var read = ShapingFileReader.Read(JsonNode.Parse(json));

        Assert.False(read.Ok);
        Assert.Contains(read.Problems, problem => problem.StartsWith(expected, StringComparison.Ordinal));
    }
}
