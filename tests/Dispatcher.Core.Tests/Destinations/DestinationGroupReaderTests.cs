using Dispatcher.Core.Destinations;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Tests.Destinations;

public sealed class DestinationGroupReaderTests
{
    [Fact]
    public void ReadJson_EveryKey_FillsTheGroup()
    {
        var result = DestinationGroupReader.ReadJson(
            """{"group":"gmail","domains":["GMail.com","*.Gmail.example","bücher.example"],"rate":{"perSecond":2.5},"concurrency":20}""");

        Assert.Empty(result.Problems);
        var group = Assert.Single(result.Items);
        Assert.Equal(["gmail.com", "*.gmail.example", "xn--bcher-kva.example"], group.Domains);
        Assert.Equal(("gmail", new TenantRate(2.5, 3), 20), (group.Group, group.Rate, group.Concurrency));
    }

    [Theory]
    [InlineData("""{"group":"a","domains":["a.example"]}""", 1)]
    [InlineData("""[{"group":"a","domains":["a.example"]},{"group":"b","domains":["*.a.example"]}]""", 2)]
    [InlineData("""{"destinations":[{"group":"a","domains":["a.example"]}]}""", 1)]
    [InlineData("[]", 0)]
    public void ReadJson_AnyForm_IsRead(string json, int expected)
    {
        var result = DestinationGroupReader.ReadJson(json);

        Assert.Empty(result.Problems);
        Assert.Equal(expected, result.Items.Count);
    }

    [Theory]
    [InlineData("""{"domains":["a.example"]}""", "group: is required")]
    [InlineData("""{"group":"Gmail","domains":["a.example"]}""", "group: must be")]
    [InlineData("""{"group":"a"}""", "domains: is required")]
    [InlineData("""{"group":"a","domains":[]}""", "domains: needs one domain at least")]
    [InlineData("""{"group":"a","domains":"a.example"}""", "domains: must be a list")]
    [InlineData("""{"group":"a","domains":["a.example","localhost"]}""", "domains[1]: the domain has no dot")]
    [InlineData("""{"group":"a","domains":["*"]}""", "domains[0]: ")]
    [InlineData("""{"group":"a","domains":["*.*.example"]}""", "domains[0]: ")]
    [InlineData("""{"group":"a","domains":["x@a.example"]}""", "domains[0]: ")]
    [InlineData("""{"group":"a","domains":[7]}""", "domains[0]: must be a domain")]
    [InlineData("""{"group":"a","domains":["\ud800.example"]}""", "domains[0]: must be a domain")]
    [InlineData("""{"group":"a","domains":["a.example","A.example"]}""", "domains[1]: a.example stands twice")]
    [InlineData("""{"group":"a","domains":["a.example"],"rate":{"perSecond":0}}""", "rate.perSecond: ")]
    [InlineData("""{"group":"a","domains":["a.example"],"rate":{"burst":1}}""", "rate.perSecond: is required")]
    [InlineData("""{"group":"a","domains":["a.example"],"concurrency":0}""", "concurrency: ")]
    [InlineData("""{"group":"a","domains":["a.example"],"weight":2}""", "weight: is not known")]
    [InlineData("""{"group":"a","domans":["a.example"]}""", "domans: is not known; did you mean domains?")]
    [InlineData("""[{"group":"a","domains":["a.example"]},{"group":"a","domains":["b.example"]}]""", "destinations: 'a' stands 2 times")]
    [InlineData(
        """[{"group":"a","domains":["a.example"]},{"group":"b","domains":["A.example"]}]""",
        "destinations: the domain a.example stands in more than one group: a, b")]
    [InlineData("""[5]""", "destinations[0]: must be a destination group")]
    [InlineData("5", "must be a destination group or a list of destinations")]
    [InlineData("{", "is not well-formed JSON")]
    public void ReadJson_Mistake_NamesItsPath(string json, string expected)
    {
        var result = DestinationGroupReader.ReadJson(json);

        Assert.Empty(result.Items);
        Assert.Contains(result.Problems, problem => problem.StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void ReadJson_SeveralMistakes_ReportsThemTogether() => Assert.Equal(
        5, DestinationGroupReader.ReadJson("""{"group":"A","domains":["a","b"],"concurrency":-1,"colour":1}""").Problems.Count);

    [Theory]
    [InlineData("""{"group":"a","domains":["a.example","*.b.example"],"rate":{"perSecond":0.5,"burst":7},"concurrency":3}""")]
    [InlineData("""{"group":"a","domains":["a.example"]}""")]
    public void Write_WhatWasRead_IsTheSameText(string json) =>
        Assert.Equal(json, DestinationGroupWriter.Write(DestinationGroupReader.ReadJson(json).Items[0]));
}
