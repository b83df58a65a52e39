using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;

namespace Dispatcher.Core.Tests.Storage;

public sealed class NewInvitationFactoryTests
{
    private static readonly Invitation Least = new() { Tenant = "acme", Id = "1" };

    [Theory]
    [InlineData("a@Example.COM", "example.com")]
    [InlineData(" a@example.com ", "example.com")]
    [InlineData("a@bücher.example", "xn--bcher-kva.example")]
    [InlineData("a@ｇｍａｉｌ.example", "gmail.example")]
    [InlineData("a@gmail\u3002example", "gmail.example")]
    [InlineData("nobody", "")]
    [InlineData(null, "")]
    public void Create_Domain_IsTheOneOnTheWire(string? address, string expected) => Assert.Equal(expected, DomainOf(Least with { RecipientEmail = address }));

    /// <summary>It stands in the state, which every script reads and copies. No mail can go to a longer one: its check ends it.</summary>
    [Theory]
    [InlineData("", 253, true)]
    [InlineData("", 254, false)]
    [InlineData("", 250_000, false)]
    [InlineData("ü", 250_000, false)]
    public void Create_DomainThatIsTooLong_IsLeftOut(string first, int length, bool kept)
    {
        var domain = first.PadRight(length, 'a');

        Assert.Equal(kept ? domain : "", DomainOf(Least with { RecipientEmail = "a@" + domain }));
    }

    /// <summary>It fits as characters; as octets it would not.</summary>
    [Fact]
    public void Create_NoDomainOfManyOctets_IsLeftOut() => Assert.Equal("", DomainOf(Least with { RecipientEmail = "a@" + new string('\u6f22', 200) }));

    [Fact]
    public void Create_Sms_HasNoDomain() =>
        Assert.Equal("", DomainOf(Least with { Channel = Channel.Sms, RecipientPhone = "+46701234567", RecipientEmail = "a@example.com" }));

    private static string DomainOf(Invitation invitation) => NewInvitationFactory.Create(default, invitation, default).Traits.RecipientDomain;
}
