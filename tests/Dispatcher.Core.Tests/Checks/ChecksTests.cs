using Dispatcher.Core.Addresses;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Spf;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Tenants;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Core.Tests.Checks;

public sealed class ChecksTests
{
    private static readonly Template Good = Template.Parse(new("t", InvitationType.Service, false, null, "S", null, "[Link]"));
    private static readonly Template Custom = Template.Parse(new("t", InvitationType.Service, true, null, "S", null, "[Link]"));
    private static readonly CheckSubject Fine = new(
        new Invitation { Tenant = "acme", Id = "1", RecipientEmail = "eva@example.com" }, TenantSettings.Default("acme"), default, Good);

    private static readonly TenantSettings Standard = Fine.Tenant with { Plan = Plan.Standard };

    private static readonly TenantSettings Monthly = Fine.Tenant with { Frequency = new(30, false) };

    private static readonly DateTimeOffset Now = new(2026, 11, 24, 20, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, Status, CheckSubject> Cases() => new()
    {
        { "nothing wrong", Status.Unset, Fine },
        { "blocked", Status.Blocked, Fine with { Tenant = Fine.Tenant with { Blocked = true } } },
        { "empty address", Status.InvalidRecipient, With(i => i with { RecipientEmail = "" }) },
        { "no @", Status.InvalidRecipient, With(i => i with { RecipientEmail = "eva" }) },
        { "header in address", Status.InvalidRecipient, With(i => i with { RecipientEmail = "eva@example.com\r\nBcc: x@example.com" }) },
        { "phone", Status.Unset, With(i => i with { Channel = Channel.Sms, RecipientPhone = "+46701234567" }) },
        { "no phone", Status.InvalidRecipient, With(i => i with { Channel = Channel.Sms, RecipientPhone = "" }) },
        { "blocked domain", Status.BlockedDomain, With(i => i with { RecipientEmail = "eva@sub.Blocked.example" }) },
        { "beside blocked domain", Status.Unset, With(i => i with { RecipientEmail = "eva@notblocked.example" }) },
        { "throw-away", Status.TemporaryAddress, With(i => i with { RecipientEmail = "eva@mailinator.com" }) },
        { "below throw-away", Status.TemporaryAddress, With(i => i with { RecipientEmail = "eva@x.y.MAILINATOR.com" }) },
        { "throw-away, tenant's exception", Status.Unset, With(i => i with { RecipientEmail = "eva@x.mailinator.com" }) with { Tenant = Fine.Tenant with { TemporaryDomains = new(["mailinator.com"], []) } } },
        { "throw-away for the tenant", Status.TemporaryAddress, With(i => i with { RecipientEmail = "eva@a.own.example" }) with { Tenant = Fine.Tenant with { TemporaryDomains = new([], ["own.example"]) } } },
        { "opted out", Status.AlreadyUnsubscribed, Fine with { Facts = new("unsubscribed", 0) } },
        { "complained", Status.SpamRisk, Fine with { Facts = new("complaint", 0) } },
        { "bounced", Status.InvalidRecipient, Fine with { Facts = new("hard-bounce", 0) } },
        { "other reason", Status.AlreadyUnsubscribed, Fine with { Facts = new("asked by phone", 0) } },
        { "reference at the limit", Status.Unset, With(i => i with { ReferenceNumber = new string('x', 255) }) },
        { "reference too long", Status.ReferenceTooLong, With(i => i with { ReferenceNumber = new string('x', 256) }) },
        { "reference too long for the tenant", Status.ReferenceTooLong, With(i => i with { ReferenceNumber = new string('x', 21) }) with { Tenant = Fine.Tenant with { MaxReferenceLength = 20 } } },
        { "reference that the tenant may use", Status.Unset, With(i => i with { ReferenceNumber = new string('x', 300) }) with { Tenant = Fine.Tenant with { MaxReferenceLength = 300 } } },
        { "reminders off", Status.RemindersDisabled, With(i => i with { Type = InvitationType.Reminder }) with { Tenant = Fine.Tenant with { Reminders = false } } },
        { "product without plan", Status.NoProductReviews, With(i => i with { Type = InvitationType.Product }) with { Tenant = Standard } },
        { "no products", Status.SkuError, With(i => i with { Type = InvitationType.Product }) },
        { "empty sku", Status.SkuError, With(i => i with { Type = InvitationType.Product, Products = [new("", "x", null, null)] }) },
        { "same sku", Status.SkuError, With(i => i with { Type = InvitationType.Product, Products = [new("a", "x", null, null), new("a", "y", null, null)] }) },
        { "product with service template", Status.PlaceholderError, With(i => i with { Type = InvitationType.Product, Products = [new("a", "x", null, null)] }) },
        { "no template", Status.NoTemplate, Fine with { Template = null } },
        { "custom template", Status.Unset, Fine with { Template = Custom } },
        { "custom template without plan", Status.NoCustomTemplate, Fine with { Template = Custom, Tenant = Standard } },
        { "custom template as add-on", Status.Unset, Fine with { Template = Custom, Tenant = Standard with { AddOns = [AddOn.CustomTemplates] } } },
        { "missing placeholder", Status.MissingPlaceholder, Fine with { Template = Text("hello") } },
        { "wrong placeholder", Status.PlaceholderError, Fine with { Template = Text("[Link] [Foo]") } },
        { "custom sender without plan", Status.CustomSenderNotAllowed, With(i => i with { SenderEmail = "a@acme.example" }) with { Tenant = Standard } },
        { "tenant's sender without plan", Status.CustomSenderNotAllowed, Fine with { Tenant = Standard with { Sender = new() { Email = "a@acme.example" } } } },
        { "sender address", Status.InvalidSenderAddress, With(i => i with { SenderEmail = "acme" }) },
        { "sender name", Status.InvalidSenderName, With(i => i with { SenderName = "ceo@bank.example" }) },
        { "empty sender name", Status.InvalidSenderName, With(i => i with { SenderName = "" }) },
        { "reply-to", Status.InvalidReplyTo, With(i => i with { ReplyTo = "help" }) },
        { "sender that we may send for", Status.Unset, With(i => i with { SenderEmail = "a@allowed.test" }) },
        { "sender that refuses us", Status.SpfError, With(i => i with { SenderEmail = "a@refusing.test" }) },
        { "tenant's sender that refuses us", Status.SpfError, Fine with { Tenant = Fine.Tenant with { Sender = new() { Email = "a@refusing.test" } } } },
        { "sender that refuses us, by phone", Status.Unset, With(i => i with { Channel = Channel.Sms, RecipientPhone = "+46701234567", SenderEmail = "a@refusing.test" }) },
        { "opted out of everything", Status.AlreadyUnsubscribed, Fine with { Facts = Fine.Facts with { Recipient = new(true, 0) } } },
        { "complained about one", Status.Unset, Fine with { Facts = Fine.Facts with { Recipient = new(false, 1) } } },
        { "complained about two", Status.SpamRisk, Fine with { Facts = Fine.Facts with { Recipient = new(false, 2) } } },
        { "reference again", Status.AlreadyInvited, Marked(new() { Reference = ReferenceUse.SameRecipient }) },
        { "reference of another", Status.DuplicateReference, Marked(new() { Reference = ReferenceUse.OtherRecipient }) },
        { "reviewed", Status.ReviewedToday, Marked(new() { ReviewedAt = Now.AddHours(-2) }) },
        { "invited without a rule", Status.Unset, Marked(new() { InvitedAt = Now.AddDays(-2) }) },
        { "invited lately", Status.FrequencyCapped, Marked(new() { InvitedAt = Now.AddDays(-2) }) with { Tenant = Monthly } },
        { "invited soon", Status.FrequencyCapped, Marked(new() { InvitedAt = Now.AddDays(2) }) with { Tenant = Monthly } },
        { "invited long ago", Status.Unset, Marked(new() { InvitedAt = Now.AddDays(-30) }) with { Tenant = Monthly } },
        { "invited, a reminder", Status.Unset, Marked(new() { InvitedAt = Now.AddDays(-2) }) with { Tenant = Monthly, Invitation = Fine.Invitation with { Type = InvitationType.Reminder } } },
        { "invited once", Status.FrequencyCapped, Marked(new() { InvitedAt = Now.AddDays(-2000) }) with { Tenant = Fine.Tenant with { Frequency = new(null, true) } } },
        { "unlisted elsewhere", Status.Unset, Marked(new() { Unlisted = true }) with { Tenant = Fine.Tenant with { Region = "SE" } } },
        { "unlisted in Austria", Status.DoubleOptInRequired, Marked(new() { Unlisted = true }) with { Tenant = Fine.Tenant with { Region = "AT" } } },
        { "kickstart without a grant", Status.KickstartExpired, Kickstarted(null, 0) },
        { "kickstart on the last day", Status.Unset, Kickstarted(new(new(2026, 11, 24), 3), 2) },
        { "kickstart a day too late", Status.KickstartExpired, Kickstarted(new(new(2026, 11, 23), 3), 2) },
        { "kickstarts used up", Status.KickstartUsedUp, Kickstarted(new(new(2026, 12, 31), 3), 3) },
        { "kickstarts used up, by itself too", Status.Unset, Kickstarted(new(new(2026, 12, 31), 3), 3, true) },
        { "sku of no catalogue", Status.SkuError, Marked(new() { UnknownSku = 1 }) },
        { "limit not reached", Status.Unset, Fine with { Tenant = Standard, Facts = new(null, 499) } },
        { "limit reached", Status.LimitReached, Fine with { Tenant = Standard, Facts = new(null, 500) } },
        { "limit reached, by itself too", Status.Unset, Fine with { Tenant = Standard, Facts = new(null, 500) { Marks = new() { Paid = true } } } },
        { "no limit", Status.Unset, Fine with { Facts = new(null, 1_000_000) } },
        { "limit taken away by an add-on", Status.Unset, Fine with { Tenant = Standard with { AddOns = [AddOn.Unlimited] }, Facts = new(null, 1_000) } },
        { "own limit in spite of the add-on", Status.LimitReached, Fine with { Tenant = Standard with { AddOns = [AddOn.Unlimited], MonthlyLimit = 10 }, Facts = new(null, 10) } },
        { "own limit of nothing", Status.LimitReached, Fine with { Tenant = Fine.Tenant with { MonthlyLimit = 0 } } },
        { "several: the earlier decides", Status.InvalidRecipient, With(i => i with { RecipientEmail = "" }) with { Template = null, Facts = new("unsubscribed", 9) } },
    };

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public async Task RunAsync_Case_EndsInItsStatus(string what, Status expected, CheckSubject subject)
    {
        using var provider = Provide();

        var verdict = await provider.GetRequiredService<CheckRunner>().RunAsync(subject, CancellationToken.None);

        Assert.True(expected == verdict.Status, what);
        Assert.Equal(expected == Status.Unset ? VerdictKind.Pass : VerdictKind.Drop, verdict.Kind);
        Assert.DoesNotContain("example", verdict.Detail ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Check_NothingWrong_AllocatesNothing()
    {
        using var provider = Provide();
        var checks = provider.GetServices<ICheck>().OfType<SyncCheck>().ToArray();
        RunAll(checks);
        var before = GC.GetAllocatedBytesForCurrentThread();

        RunAll(checks);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Covers_InternationalDomain_MatchesEitherForm()
    {
        var domains = new DomainSet(["räksmörgås.example"]);

        Assert.True(domains.Covers("xn--rksmrgs-5wao1o.example"));
        Assert.True(domains.Covers("a.räksmörgås.example"));
    }

    private static void RunAll(SyncCheck[] checks)
    {
        foreach (var check in checks)
        {
            if (check.Check(Fine).Kind != VerdictKind.Pass)
            {
                throw new InvalidOperationException(check.Name);
            }
        }
    }

    private static CheckSubject With(Func<Invitation, Invitation> change) => Fine with { Invitation = change(Fine.Invitation) };

    private static CheckSubject Marked(FactMarks marks) => Fine with { Facts = new(null, 0) { Now = Now, Marks = marks } };

    private static CheckSubject Kickstarted(KickstartGrant? grant, long used, bool itself = false) => With(i => i with { Method = InvitationMethod.Kickstart }) with
    {
        Tenant = Fine.Tenant with { Kickstart = grant, TimeZone = "Europe/Stockholm" },
        Facts = new(null, 0) { Now = Now, KickstartUsed = used, Marks = new() { Kickstarted = itself } },
    };

    private static Template Text(string text) => Template.Parse(new("t", InvitationType.Service, false, null, "S", null, text));

    private static ServiceProvider Provide()
    {
        var settings = new Dictionary<string, string?> { ["Checks:BlockedDomains:0"] = "blocked.example", ["Checks:SendingAddresses"] = "192.0.2.1" };
        return new ServiceCollection().AddLogging().AddSingleton<ISpfEvaluator>(new FakeSpfEvaluator())
            .AddDispatcherCore(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).BuildServiceProvider();
    }
}
