using Dispatcher.Core.Checks;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Tenants;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.Core.Tests.Checks;

public sealed class CheckRunnerTests
{
    private static readonly CheckSubject Subject = new(
        new Invitation { Tenant = "acme", Id = "1" }, TenantSettings.Default("acme"), default, null);

    [Fact]
    public async Task RunAsync_NoCheck_Passes() => Assert.Equal(VerdictKind.Pass, (await Run()).Kind);

    [Fact]
    public async Task RunAsync_SeveralObject_TheFirstDecides()
    {
        var last = new FakeCheck(() => CheckVerdict.Drop(Status.Blocked, "b"));

        var verdict = await Run(new(() => CheckVerdict.Pass), new(() => CheckVerdict.Drop(Status.NoTemplate, "a")), last);

        Assert.Equal(Status.NoTemplate, verdict.Status);
        Assert.Equal(0, last.Calls);
    }

    [Fact]
    public async Task RunAsync_Hold_IsHandedOn() =>
        Assert.Equal(TimeSpan.FromMinutes(1), (await Run(new FakeCheck(() => CheckVerdict.Hold(TimeSpan.FromMinutes(1), "dns")))).Wait);

    [Fact]
    public async Task RunAsync_CheckThrows_IsInternalError()
    {
        var verdict = await Run(new(() => throw new InvalidOperationException("eva@example.com")), new(() => CheckVerdict.Pass));

        Assert.Equal(CheckVerdict.Drop(Status.InternalError, "check fake failed"), verdict);
    }

    [Fact]
    public async Task RunAsync_CheckSaysNothing_IsInternalError() =>
        Assert.Equal(Status.InternalError, (await Run(new FakeCheck(() => default))).Status);

    [Fact]
    public async Task RunAsync_CancelledByUs_Throws()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        var sut = new CheckRunner([new FakeCheck(() => throw new OperationCanceledException())], NullLogger<CheckRunner>.Instance);

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await sut.RunAsync(Subject, stop.Token));
    }

    [Fact]
    public async Task RunAsync_CheckCancelsItself_IsInternalError() =>
        Assert.Equal(Status.InternalError, (await Run(new FakeCheck(() => throw new OperationCanceledException()))).Status);

    [Fact]
    public void Sort_CheckWithoutAPlace_Throws() =>
        Assert.Contains("fake", Assert.Throws<InvalidOperationException>(() => CheckOrder.Sort([new FakeCheck(() => default)])).Message, StringComparison.Ordinal);

    private static ValueTask<CheckVerdict> Run(params FakeCheck[] checks) =>
        new CheckRunner(checks, NullLogger<CheckRunner>.Instance).RunAsync(Subject, CancellationToken.None);

    private sealed class FakeCheck(Func<CheckVerdict> verdict) : ICheck
    {
        public int Calls { get; private set; }

        public string Name => "fake";

        public ValueTask<CheckVerdict> CheckAsync(CheckSubject subject, CancellationToken cancellationToken)
        {
            Calls++;
            return ValueTask.FromResult(verdict());
        }
    }
}
