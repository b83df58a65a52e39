using Dispatcher.Core.Invitations;
using Dispatcher.Core.States;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Tenants;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Tests.Text;

public sealed class CodesTests
{
    [Fact]
    public void All_KnownEnums_AreKebabCase()
    {
        Assert.Equal(["api", "feedback-mail", "integration", "manual", "kickstart"], Codes.All<InvitationMethod>());
        Assert.Equal(["service", "product", "reminder"], Codes.All<InvitationType>());
        Assert.Equal(["unlimited", "free", "standard"], Codes.All<Plan>());
        Assert.Equal(["resend", "hold"], Codes.All<UncertainPolicy>());
        Assert.Equal("missing-placeholder", Codes.Of(TemplateStatus.MissingPlaceholder));
        Assert.Equal("deferred", Codes.Of(State.Deferred));
    }

    [Fact]
    public void TryParse_OwnCodes_RoundTrip() => Assert.All(Enum.GetValues<InvitationMethod>(), method =>
    {
        Assert.True(Codes.TryParse<InvitationMethod>(Codes.Of(method), out var parsed));
        Assert.Equal(method, parsed);
    });

    [Theory]
    [InlineData("feedbackMail")]
    [InlineData("FEEDBACK-MAIL")]
    [InlineData("1")]
    public void TryParse_OtherSpelling_Fails(string code) => Assert.False(Codes.TryParse<InvitationMethod>(code, out _));

    [Fact]
    public void Of_NoMember_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => Codes.Of((Plan)99));
}
