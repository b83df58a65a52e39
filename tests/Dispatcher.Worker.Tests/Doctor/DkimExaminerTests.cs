using Dispatcher.Smtp.Dkim;
using Dispatcher.Worker.Doctor;
using Dispatcher.Worker.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Worker.Tests.Doctor;

public sealed class DkimExaminerTests
{
    private readonly WaitingResolver _resolver = new(DkimExaminer.AtOnce);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task FindAsync_NothingIsAnswered_EndsAtTheLimitWithOneFinding()
    {
        var found = CreateSut().FindAsync(Keys(1000), TestContext.Current.CancellationToken);
        await _resolver.Full;
        Assert.False(found.IsCompleted);

        _time.Advance(DkimExaminer.Limit);

        var finding = Assert.Single(await found);
        Assert.Equal("dns-unknown", finding.Code);
        Assert.Contains("d0.example (and 999 more)", finding.What, StringComparison.Ordinal);
        Assert.Equal(DkimExaminer.AtOnce, _resolver.Waiting);
    }

    [Fact]
    public async Task FindAsync_Cancelled_Throws()
    {
        using var stop = new CancellationTokenSource();
        var found = CreateSut().FindAsync(Keys(20), stop.Token);
        await _resolver.Full;

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => found);
    }

    private DkimExaminer CreateSut() => new(_resolver, _time);

    private static DkimKeyInfo[] Keys(int count) => [.. Enumerable.Range(0, count).Select(n => new DkimKeyInfo(
        $"d{n}.example", "s1", "s1.pem", Signs: true, Waits: false, 2048, new($"s1._domainkey.d{n}.example", "v=DKIM1; p=AAAA"), Fault: null))];
}
