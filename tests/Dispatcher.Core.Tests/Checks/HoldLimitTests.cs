using Dispatcher.Core.Checks;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Spf;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Tenants;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Core.Tests.Checks;

/// <summary>Invitations that can't be decided because DNS does not answer.</summary>
public sealed class HoldLimitTests
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(4);
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 20, 0, 0, TimeSpan.Zero);

    private static readonly CheckVerdict Held =
        CheckVerdict.Hold(TimeSpan.FromMinutes(1), "SPF of x.test can't be looked up now", Status.SpfError).HeldSince(Now.AddHours(-90));

    public static TheoryData<string, bool, CheckVerdict, CheckSubject> Cases => new()
    {
        { "young", false, Held, Stored(Now.AddDays(-3)) },
        { "old", true, Held, Stored(Now.AddDays(-4)) },
        { "old, and to be sent later", false, Held, Stored(Now.AddDays(-9), sendAt: Now.AddDays(-1)) },
        { "old, and was to be sent long ago", true, Held, Stored(Now.AddDays(-9), sendAt: Now.AddDays(-5)) },
        { "stored lately, and was to be sent long ago", false, Held, Stored(Now.AddHours(-1), sendAt: Now.AddDays(-50)) },
        { "created long before it was stored", false, Held, Stored(Now.AddHours(-1), createdAt: Now.AddDays(-50)) },
        { "nobody knows when it was stored, but when it was created", true, Held, Stored(null, createdAt: Now.AddDays(-50)) },
        { "nobody knows how old", false, Held, Stored(null) },
        { "old, but DNS fails for minutes only", false, Held.HeldSince(Now.AddMinutes(-59)), Stored(Now.AddDays(-40)) },
        { "old, and DNS fails for an hour", true, Held.HeldSince(Now.AddHours(-1)), Stored(Now.AddDays(-40)) },
        { "old for a tenant with less patience", true, Held, Stored(Now.AddHours(-2), tenant: TimeSpan.FromHours(2)) },
        { "not old for a tenant with more", false, Held, Stored(Now.AddDays(-9), tenant: TimeSpan.FromDays(10)) },
        { "little patience", true, Held.HeldSince(Now.AddSeconds(-6)), Stored(Now.AddSeconds(-7), tenant: TimeSpan.FromSeconds(6)) },
        { "a hold without an end", false, CheckVerdict.Hold(TimeSpan.FromSeconds(1), "is being looked up"), Stored(Now.AddDays(-40)) },
        { "a pass", false, CheckVerdict.Pass, Stored(Now.AddDays(-40)) },
    };

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void Apply_Case_EndsOnlyWhatIsOld(string what, bool ends, CheckVerdict verdict, CheckSubject subject)
    {
        var result = new HoldLimit(MaxAge).Apply(verdict, subject);

        Assert.True((ends ? VerdictKind.Drop : verdict.Kind) == result.Kind, what);
        Assert.Equal(ends ? Status.SpfError : Status.Unset, result.Status);
    }

    [Fact]
    public async Task RunAsync_DnsNeverAnswers_IsHeldUntilItIsOldAndThenSaysForHowLong()
    {
        var time = new FakeTimeProvider(Now);
        var rule = new SpfRule([System.Net.IPAddress.Parse("192.0.2.1")], "mail.ours.test", null);
        var check = new SpfCheck(new SpfVerdictCache(new FakeSpfEvaluator(), rule, 8, time));
        var patience = TimeSpan.FromHours(3);
        var sut = new CheckRunner([check], NullLogger<CheckRunner>.Instance, new HoldLimit(patience));
        var verdict = default(CheckVerdict);

        var looks = 0;
        for (; looks < 1000 && verdict.Kind is not VerdictKind.Drop; looks++)
        {
            time.Advance(verdict.Wait);
            var subject = Stored(Now, sender: "a@away.test");
            verdict = await sut.RunAsync(subject with { Facts = subject.Facts with { Now = time.GetUtcNow() } }, default);
        }

        Assert.Equal(Now + patience, time.GetUtcNow());
        Assert.Equal((3 * 60) + 1, looks);
        Assert.Equal(Status.SpfError, verdict.Status);
        Assert.StartsWith("given up, for there was no answer for 3 hours: SPF of away.test can't be looked up now", verdict.Detail, StringComparison.Ordinal);
    }

    private static CheckSubject Stored(
        DateTimeOffset? stored, DateTimeOffset? sendAt = null, DateTimeOffset? createdAt = null, TimeSpan? tenant = null, string? sender = null) => new(
        new Invitation { Tenant = "acme", Id = "1", RecipientEmail = "eva@example.com", SenderEmail = sender, SendAt = sendAt, CreatedAt = createdAt },
        TenantSettings.Default("acme") with { Retry = tenant is null ? null : new TenantRetry([], tenant) },
        new Facts(null, 0) { Now = Now, Marks = new() { StoredAt = stored } },
        null);
}
