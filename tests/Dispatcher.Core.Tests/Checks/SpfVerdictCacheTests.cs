using System.Net;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Spf;
using Dispatcher.Core.Statuses;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Core.Tests.Checks;

public sealed class SpfVerdictCacheTests
{
    private static readonly IPAddress Four = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Six = IPAddress.Parse("2001:db8::1");
    private readonly FakeTimeProvider _time = new();
    private readonly FakeSpfEvaluator _spf = new();

    public static TheoryData<string, string> Remedies => new()
    {
        { "unknown", "none: unknown.test has no SPF record. Publish a TXT record at unknown.test: v=spf1 ip4:192.0.2.1 ~all" },
        { "silent", "neutral: the SPF record of silent.test says nothing about 192.0.2.1. Change its TXT record to: v=spf1 ip4:192.0.2.1 -all" },
        { "doubtful", "softfail: the SPF record of doubtful.test discourages mail from 192.0.2.1. Change its TXT record to: v=spf1 ip4:192.0.2.1 -all" },
        { "refusing", "fail: the SPF record of refusing.test forbids mail from 192.0.2.1 ('-all'). Change its TXT record to: v=spf1 ip4:192.0.2.1 -all" },
        { "broken", "permerror: SPF of broken.test can't be evaluated: something is wrong. Correct the TXT record of broken.test or of what it includes" },
    };

    [Theory]
    [MemberData(nameof(Remedies))]
    public async Task GetAsync_AnythingButAPass_SaysWhatToPublish(string word, string expected)
    {
        var verdict = await CreateSut().GetAsync($"a@{word}.test", default);

        Assert.Equal((VerdictKind.Drop, Status.SpfError, expected), (verdict.Kind, verdict.Status, verdict.Detail));
    }

    [Theory]
    [InlineData(null, "Change its TXT record to: v=spf1 include:spf.ours.test -all")]
    [InlineData(4, "include:spf.ours.test is in the record, as look-up 4")]
    public async Task GetAsync_WithAnIncludeOfOurs_SpeaksOfIt(int? includeAt, string expected)
    {
        _spf.IncludeAt = includeAt;

        var verdict = await CreateSut(include: "spf.ours.test").GetAsync("a@refusing.test", default);

        Assert.Contains(expected, verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_IncludeBeyondTheLimit_SaysSo()
    {
        _spf.IncludeAt = 12;

        var verdict = await CreateSut(include: "spf.ours.test").GetAsync("a@broken.test", default);

        Assert.Contains("include:spf.ours.test is look-up 12, and only 10 are made", verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_SeveralAddresses_AllMustPass()
    {
        var sut = CreateSut(addresses: [Four, Six]);
        _spf.Say = request => request.Address.Equals(Four) ? SpfResult.Pass : SpfResult.Fail;

        var verdict = await sut.GetAsync("a@half.test", default);

        Assert.Equal(Status.SpfError, verdict.Status);
        Assert.Contains("ip6:2001:db8::1", verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_OneAddressAwayAnotherRefused_IsDecided()
    {
        _spf.Say = request => request.Address.Equals(Four) ? SpfResult.TempError : SpfResult.Fail;

        Assert.Equal(Status.SpfError, (await CreateSut(addresses: [Four, Six]).GetAsync("a@half.test", default)).Status);
    }

    [Fact]
    public async Task GetAsync_DnsAway_IsAskedAgainLater()
    {
        var verdict = await CreateSut().GetAsync("a@away.test", default);

        Assert.Equal((VerdictKind.Hold, TimeSpan.FromMinutes(1)), (verdict.Kind, verdict.Wait));
    }

    [Fact]
    public async Task GetAsync_DnsStaysAway_KnowsSinceWhen()
    {
        var sut = CreateSut();
        var began = _time.GetUtcNow();

        var first = await sut.GetAsync("a@away.test", default);
        _time.Advance(TimeSpan.FromHours(3));
        var later = await sut.GetAsync("a@away.test", default);
        _spf.Say = _ => SpfResult.Pass;
        _time.Advance(TimeSpan.FromHours(3));
        var back = await sut.GetAsync("a@away.test", default);
        _spf.Say = _ => SpfResult.TempError;
        _time.Advance(TimeSpan.FromHours(3));
        var again = await sut.GetAsync("a@away.test", default);

        Assert.Equal((began, began), (first.Since, later.Since));
        Assert.Equal((VerdictKind.Pass, VerdictKind.Hold, began.AddHours(9)), (back.Kind, again.Kind, again.Since));
        Assert.Equal(Status.SpfError, again.EndsAs);
    }

    [Fact]
    public async Task GetAsync_ManyAtOnce_EvaluateOnceAndOnlySomeWait()
    {
        _spf.Gate = new TaskCompletionSource();
        var sut = CreateSut(mostWaiting: 3);

        var all = Enumerable.Range(0, 10).Select(_ => sut.GetAsync("a@allowed.test", default).AsTask()).ToList();
        Assert.Equal(7, all.Count(one => one.IsCompletedSuccessfully && one.Result.Kind == VerdictKind.Hold));
        _spf.Gate.SetResult();

        Assert.Equal(3, (await Task.WhenAll(all)).Count(verdict => verdict.Kind == VerdictKind.Pass));
        Assert.Equal(1, _spf.Evaluations);
    }

    [Fact]
    public async Task GetAsync_NoAnswerInAMoment_ComesBackLaterAndFindsIt()
    {
        _spf.Gate = new TaskCompletionSource();
        var sut = CreateSut();
        var first = sut.GetAsync("a@allowed.test", default).AsTask();
        await _spf.Asked;

        _time.Advance(SpfVerdictCache.MostWait);
        var verdict = await first.WaitAsync(TimeSpan.FromSeconds(10));
        var second = sut.GetAsync("a@allowed.test", default).AsTask();
        _spf.Gate.SetResult();

        Assert.Equal((VerdictKind.Hold, SpfVerdictCache.ComesBackAfter), (verdict.Kind, verdict.Wait));
        Assert.Equal(VerdictKind.Pass, (await second).Kind);
        Assert.Equal(1, _spf.Evaluations);
    }

    [Fact]
    public async Task GetAsync_PassRunOut_IsGivenOnWhileANewOneIsMade()
    {
        var sut = CreateSut();
        await sut.GetAsync("a@allowed.test", default);
        _spf.Gate = new TaskCompletionSource();

        _time.Advance(TimeSpan.FromMinutes(11));
        var stale = sut.GetAsync("a@allowed.test", default).AsTask();

        Assert.True(stale.IsCompletedSuccessfully);
        _spf.Gate.SetResult();
    }

    [Fact]
    public async Task GetAsync_PassLongRunOut_IsMadeAnew()
    {
        var sut = CreateSut();
        await sut.GetAsync("a@allowed.test", default);
        _spf.Say = _ => SpfResult.Fail;

        _time.Advance(TimeSpan.FromMinutes(71));

        Assert.Equal(VerdictKind.Drop, (await sut.GetAsync("a@allowed.test", default)).Kind);
    }

    [Fact]
    public async Task GetAsync_RecordMended_PassesAfterFiveMinutes()
    {
        var sut = CreateSut();
        await sut.GetAsync("a@refusing.test", default);
        _spf.Say = _ => SpfResult.Pass;

        Assert.Equal(VerdictKind.Drop, (await sut.GetAsync("a@refusing.test", default)).Kind);
        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(VerdictKind.Pass, (await sut.GetAsync("a@refusing.test", default)).Kind);
    }

    [Fact]
    public async Task GetAsync_Cached_AllocatesNothing()
    {
        var sut = CreateSut();
        await sut.GetAsync("a@allowed.test", default);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var pending = sut.GetAsync("a@allowed.test", default);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(VerdictKind.Pass, (await pending).Kind);
    }

    private SpfVerdictCache CreateSut(IPAddress[]? addresses = null, string? include = null, int mostWaiting = 8) =>
        new(_spf, new SpfRule([.. addresses ?? [Four]], "mx.ours.test", include), mostWaiting, _time);
}
