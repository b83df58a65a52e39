using System.Globalization;
using Dispatcher.Core.Sending.Routes;

namespace Dispatcher.Core.Tests.Sending.Routes;

public sealed class RouteTableTests
{
    [Fact]
    public void Pick_Weights_AreKept()
    {
        var table = new RouteTable(new RouteFile([], [], [new("a", 3), new("b", 1)]));

        var picked = Enumerable.Range(0, 10_000).Select(i => table.Pick(new("t", "s", [], i.ToString(CultureInfo.InvariantCulture)))).CountBy(route => route).ToDictionary();

        Assert.InRange(picked["a"], 7_300, 7_700);
    }

    [Fact]
    public void Pick_SameMessageAgain_TakesTheSameRoute()
    {
        var table = new RouteTable(new RouteFile([], [], [new("a", 1), new("b", 1)]));

        Assert.All(Enumerable.Range(0, 100), i =>
        {
            var query = new RouteQuery("t", "s", [], $"m{i}");
            Assert.Equal(table.Pick(query), table.Pick(query));
        });
    }

    [Theory]
    [InlineData("acme", "x.example", "", "both", 0)]
    [InlineData("acme", "y.example", "", "tenant", 1)]
    [InlineData("other", "x.example", "", "rest", -1)]
    [InlineData("other", "y.example", "Vip", "tag", 2)]
    public void Pick_Conditions_AllMustBeMet(string tenant, string sender, string tag, string expected, int rule)
    {
        var table = new RouteTable(new RouteFile(
            [],
            [
                new() { Tenants = ["acme"], SenderDomains = ["x.example"], Use = [new("both", 1)] },
                new() { Tenants = ["acme", "umbrella"], Use = [new("tenant", 1)] },
                new() { Tags = ["vip"], Use = [new("tag", 1)] },
            ],
            [new("rest", 1)]));
        var query = new RouteQuery(tenant, sender, tag.Length > 0 ? [tag] : [], "m");

        Assert.Equal(expected, table.Pick(query));
        table.SharesOf(query, out var found);
        Assert.Equal(rule, found);
    }
}
