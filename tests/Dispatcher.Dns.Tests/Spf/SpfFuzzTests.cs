using System.Globalization;
using System.Net;
using Dispatcher.Core.Spf;
using Dispatcher.Dns.Spf;

namespace Dispatcher.Dns.Tests.Spf;

/// <summary>Whatever a record holds, parsing and evaluating it ends, with a result, within the limits. More records by <c>DISPATCHER_FUZZ_RECORDS</c>.</summary>
public sealed class SpfFuzzTests
{
    private static readonly string[] Words =
    [
        "v=spf1", " ", " ", " ", "all", "-", "~", "?", "+", "include:", "a", "mx", "ptr", "ip4:", "ip6:", "exists:", "redirect=", "exp=", ":", "/", "//", "24", "032",
        "192.0.2.1", "2001:db8::1", "::", "a.example", "b.example", "%{i}", "%{ir}.", "%{p2}", "%{d0}", "%{L3r-+}", "%{h}", "%{t}", "%%", "%_", "%-", "%", "{", "}", ".", "..",
        "x=y", "\0", "\u0096", "-a.-b", new string('l', 70), "%{s}.%{o}.%{v}", "99999999999999999999",
    ];

    [Fact]
    public void Parse_RandomRecords_EndsWithARecordOrAFault()
    {
        var random = new Random(7208);
        var sound = 0;
        var count = int.Parse(Environment.GetEnvironmentVariable("DISPATCHER_FUZZ_RECORDS") ?? "200000", CultureInfo.InvariantCulture);
        for (var i = 0; i < count; i++)
        {
            var record = SpfRecord.Parse(Record(random), out var fault);
            sound += record is null ? 0 : 1;
            Assert.Equal(record is null, fault.Length > 0);
        }

        Assert.InRange(sound, count / 200, count - (count / 200));
    }

    [Fact]
    public async Task CheckHostAsync_RandomRecordsThatLeadToEachOther_EndsWithinTheLimits()
    {
        var random = new Random(7209);
        var results = new Dictionary<SpfResult, int>();
        for (var i = 0; i < 20_000; i++)
        {
            var (a, b) = (Record(random), Record(random));
            var resolver = new MemoryResolver(name => name.StartsWith('a') ? a : name.StartsWith('b') ? b : null);
            var address = IPAddress.Parse(i % 2 == 0 ? "192.0.2.1" : "2001:db8::1");

            var verdict = await new SpfEvaluator(resolver, TimeProvider.System, "r.example").CheckHostAsync(
                new SpfRequest(address, "some.one+tag@a.example", "helo.example"), TestContext.Current.CancellationToken);

            Assert.NotEqual(SpfResult.Unset, verdict.Result);
            Assert.InRange(verdict.Lookups, 0, 11);
            Assert.InRange(resolver.Queries, 1, 200);
            Assert.Equal(verdict.Result is SpfResult.PermError or SpfResult.TempError, verdict.Problem is not null && verdict.Result is SpfResult.PermError or SpfResult.TempError);
            results[verdict.Result] = results.GetValueOrDefault(verdict.Result) + 1;
        }

        Assert.True(results.Count >= 4, string.Join(", ", results));
    }

    private static string Record(Random random) => "v=spf1 " + string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => Words[random.Next(Words.Length)]));
}
