using Dispatcher.Core.Checks;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Tenants;
using Dispatcher.Core.Tests.Dns;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Core.Tests.Checks;

public sealed class MailDomainsCheckTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TableResolver _resolver = new(new Dictionary<string, string>
    {
        ["MX good.test"] = "10,mx.good.test",
        ["A mx.good.test"] = "192.0.2.1",
        ["MX null.test"] = "0,",
        ["MX silent.test"] = "!",
    });

    [Theory]
    [InlineData("a@good.test", null, null, Status.Unset)]
    [InlineData("a@GOOD.test", "b@good.test", "c@good.test", Status.Unset)]
    [InlineData("a@silent.test", "b@silent.test", null, Status.Unset)]
    [InlineData("a@null.test", null, null, Status.InvalidRecipient)]
    [InlineData("a@none.test", null, null, Status.InvalidRecipient)]
    [InlineData("a@good.test", "b@null.test", null, Status.InvalidSenderAddress)]
    [InlineData("a@good.test", "b@none.test", "c@none.test", Status.InvalidSenderAddress)]
    [InlineData("a@good.test", null, "c@null.test", Status.InvalidReplyTo)]
    public async Task CheckAsync_Domains_MustTakeMail(string recipient, string? sender, string? replyTo, Status expected)
    {
        var verdict = await Check().CheckAsync(Subject(recipient, sender, replyTo), TestContext.Current.CancellationToken);

        Assert.Equal(expected, verdict.Status);
        Assert.Equal(expected == Status.Unset ? VerdictKind.Pass : VerdictKind.Drop, verdict.Kind);
    }

    [Fact]
    public async Task CheckAsync_ATypingError_IsSuggested() => Assert.Contains(
        "did you mean gmail.com?",
        (await Check().CheckAsync(Subject("a@gmial.com", null, null), TestContext.Current.CancellationToken)).Detail,
        StringComparison.Ordinal);

    [Fact]
    public async Task CheckAsync_SameDomainAgain_IsAskedOnce()
    {
        var check = Check();
        await check.CheckAsync(Subject("a@good.test", null, null), TestContext.Current.CancellationToken);
        var asked = _resolver.Asked;

        await check.CheckAsync(Subject("b@good.test", null, null), TestContext.Current.CancellationToken);

        Assert.Equal(asked, _resolver.Asked);
    }

    [Fact]
    public async Task CheckAsync_SlowDns_HoldsUpOneForAMoment()
    {
        _resolver.Gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var check = Check();
        var waits = check.CheckAsync(Subject("a@good.test", null, null), TestContext.Current.CancellationToken).AsTask();

        var other = await check.CheckAsync(Subject("b@good.test", null, null), TestContext.Current.CancellationToken);
        Assert.Equal(VerdictKind.Hold, other.Kind);
        Assert.False(waits.IsCompleted);
        _time.Advance(VerdictCache.MostWait);

        Assert.Equal(VerdictKind.Hold, (await waits).Kind);
        _resolver.Gate.SetResult();
    }

    [Fact]
    public async Task CheckAsync_SwitchedOff_AsksNobody()
    {
        var verdict = await new MailDomainsCheck(null).CheckAsync(Subject("a@none.test", null, null), TestContext.Current.CancellationToken);

        Assert.Equal(VerdictKind.Pass, verdict.Kind);
        Assert.Equal(0, _resolver.Asked);
    }

    private static CheckSubject Subject(string recipient, string? sender, string? replyTo) => new(
        new Invitation { Tenant = "acme", Id = "1", RecipientEmail = recipient, SenderEmail = sender, ReplyTo = replyTo }, TenantSettings.Default("acme"), default, null);

    private MailDomainsCheck Check() => new(MailDomainsCheck.CreateCache(_resolver, mostWaiting: 1, _time));
}
