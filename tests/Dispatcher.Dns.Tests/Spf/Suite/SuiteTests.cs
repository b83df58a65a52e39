using System.Net;
using Dispatcher.Core.Spf;
using Dispatcher.Dns.Spf;
using Dispatcher.Simulators.Dns;

namespace Dispatcher.Dns.Tests.Spf.Suite;

/// <summary>The public test suite of RFC 7208, over real packets.</summary>
public sealed class SuiteTests
{
    private static readonly IReadOnlyList<SuiteScenario> Scenarios = SuiteScenario.LoadAll();

    public static TheoryData<string> Names => [.. Scenarios.Select(scenario => scenario.Description)];

    [Fact]
    public void LoadAll_PublicSuite_HasAllItsCases() => Assert.Equal(203, Scenarios.Sum(scenario => scenario.Cases.Count));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task CheckHostAsync_ScenarioOfThePublicSuite_GivesItsResultsAndExplanations(string name)
    {
        var scenario = Scenarios.Single(scenario => scenario.Description == name);
        await using var server = new DnsSimulator(new ZoneResponder(scenario.Zone), TimeProvider.System);
        await server.StartAsync();
        using var resolver = Resolvers.Of(server, options => (options.Timeout, options.Attempts) = (TimeSpan.FromSeconds(2), 1));
        var evaluator = new SpfEvaluator(resolver, TimeProvider.System, "receiver.example");

        // At once, so that those that wait for a server that is silent wait together.
        await Task.WhenAll(scenario.Cases.Select(test => CheckAsync(evaluator, test)));
    }

    private static async Task CheckAsync(SpfEvaluator evaluator, SuiteCase test)
    {
        var verdict = await evaluator.CheckHostAsync(
            new SpfRequest(IPAddress.Parse(test.Host), test.MailFrom, test.Helo), TestContext.Current.CancellationToken);

        var result = verdict.Result.ToString().ToLowerInvariant();
        Assert.True(test.Results.Contains(result), $"{test.Id}: {result} instead of {string.Join(" or ", test.Results)}: {verdict.Problem}");
        if (test.Explanation is { } explanation)
        {
            Assert.True((explanation == "DEFAULT" ? null : explanation) == verdict.Explanation, $"{test.Id}: explanation '{verdict.Explanation}'");
        }
    }
}
