using Dispatcher.Core.Invitations;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Tenants;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Core.Tests.Sending;

public sealed class EmailDraftFactoryTests
{
    private static readonly Invitation Invitation = new() { Tenant = "acme..x", Id = "order:1", RecipientName = "Eva", RecipientEmail = "eva@räksmörgås.example" };
    private static readonly Template Template = Template.Parse(new("default", InvitationType.Service, false, null, "Hi [Name]", null, "[Link]"));
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 22, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Create_NothingSet_TakesTheDefaults()
    {
        var draft = CreateSut().Create(Invitation, TenantSettings.Default("acme..x"), Template);

        Assert.Equal(("reviews@example.com", null, null), (draft.FromEmail, draft.FromName, draft.ReplyTo));
        Assert.Equal("eva@xn--rksmrgs-5wao1o.example", draft.ToEmail);
        Assert.Equal(("Eva", "Hi Eva", "acme..x/order:1"), (draft.ToName, draft.Subject.Render(draft.Values), draft.InvitationId));
        Assert.Equal(_clock.GetUtcNow(), draft.Date);
        Assert.StartsWith("https://", draft.UnsubscribeUrl, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_TenantAndInvitation_TheNearerWins()
    {
        var tenant = TenantSettings.Default("acme..x") with { DisplayName = "Acme AB", Sender = new() { Email = "t@acme.example", ReplyTo = "r@acme.example" } };

        var byTenant = CreateSut().Create(Invitation, tenant, Template);
        var own = CreateSut().Create(Invitation with { SenderEmail = "i@acme.example", SenderName = "Shop", ReplyTo = "i2@acme.example" }, tenant, Template);

        Assert.Equal(("t@acme.example", "Acme AB", "r@acme.example"), (byTenant.FromEmail, byTenant.FromName, byTenant.ReplyTo));
        Assert.Equal(("i@acme.example", "Shop", "i2@acme.example"), (own.FromEmail, own.FromName, own.ReplyTo));
    }

    [Fact]
    public void Create_NextAttempt_HasTheSameMessageIdWithoutPersonalData()
    {
        var first = CreateSut().Create(Invitation, TenantSettings.Default("acme..x"), Template);
        _clock.Advance(TimeSpan.FromHours(1));
        var second = CreateSut().Create(Invitation, TenantSettings.Default("acme..x"), Template);

        Assert.Equal(first.MessageId, second.MessageId);
        Assert.Equal(RecordKey.Of("acme..x", "order:1") + "@example.com", first.MessageId);
    }

    [Fact]
    public void Create_HostileNames_BecomeOneLine()
    {
        var hostile = Invitation with { RecipientName = "Eva\r\nBcc: x@example.com\u202E", SenderName = "A\r\nB" };

        var draft = CreateSut().Create(hostile, TenantSettings.Default("acme..x"), Template);

        Assert.Equal(("Eva  Bcc: x@example.com", "A  B"), (draft.ToName, draft.FromName));
        Assert.Equal("Hi Eva  Bcc: x@example.com", draft.Subject.Render(draft.Values));
    }

    [Fact]
    public void Create_Template_NamesLanguageAndWhoFailsTogether()
    {
        var template = Template.Parse(new("default", InvitationType.Service, false, "sv_SE", "s", null, "[Link]"));
        var tenant = TenantSettings.Default("acme..x") with { Sender = new() { DkimDomain = "räksmörgås.example" } };

        var draft = CreateSut().Create(Invitation, tenant, template);
        var hostile = CreateSut().Create(Invitation with { TemplateId = "a:b\r\n" }, tenant, template);

        Assert.Equal(("sv-SE", "default:acme..x:service:dispatcher"), (draft.Language, draft.FeedbackId));
        Assert.Equal("xn--rksmrgs-5wao1o.example", draft.DkimDomain);
        Assert.Matches("^[A-Za-z0-9_-]{22}:acme[.]{2}x:service:dispatcher$", hostile.FeedbackId);
    }

    [Fact]
    public void Create_NoLanguageNorFeedbackId_LeavesThemOut()
    {
        var draft = CreateSut(new SenderDefaults { FeedbackId = "" }).Create(Invitation, TenantSettings.Default("acme..x"), Template);

        Assert.Equal((null, null, null), (draft.Language, draft.FeedbackId, draft.DkimDomain));
    }

    [Fact]
    public void EnvelopeFrom_Settings_NameTheAttemptWhereTheyCan()
    {
        var verp = new VerpCodec(VerpKeys.Parse(["bmV3LW5ldy1uZXctbmV3LW5ldy1uZXc="], out _)!);
        var target = new VerpTarget(1, RecordKey.Of("acme", "1"), 2);
        var ours = new SenderDefaults { BounceDomain = "b.example.com" };
        var plain = TenantSettings.Default("acme");
        var own = plain with { Sender = new() { BounceDomain = "b.acme.example" } };

        Assert.Equal("reviews@example.com", CreateSut(new SenderDefaults(), verp).EnvelopeFrom(plain, target));
        Assert.Equal("bounces@b.example.com", CreateSut(ours).EnvelopeFrom(plain, target));
        Assert.Equal(verp.LocalPart(target) + "@b.example.com", CreateSut(ours, verp).EnvelopeFrom(plain, target));
        Assert.Equal(verp.LocalPart(target) + "@b.acme.example", CreateSut(ours, verp).EnvelopeFrom(own, target));
    }

    [Theory]
    [InlineData("a@b.example", "a@b.example", null)]
    [InlineData("Acme <a@b.example>", "a@b.example", "Acme")]
    [InlineData("\"Acme\" <a@b.example>", "a@b.example", "Acme")]
    [InlineData("<a@b.example>", "a@b.example", null)]
    [InlineData(null, "reviews@example.com", null)]
    public void SenderDefaults_From_IsTakenApart(string? from, string email, string? name)
    {
        var defaults = new SenderDefaults();
        defaults.Set(from);

        Assert.Equal((email, name), (defaults.Email, defaults.Name));
    }

    private EmailDraftFactory CreateSut(SenderDefaults? defaults = null, VerpCodec? verp = null) =>
        new(new TemplateValuesFactory(new LinkOptions()), defaults ?? new SenderDefaults(), _clock, verp);
}
