using Dispatcher.Core.Invitations;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Tests.Templates;

public sealed class TemplateValuesFactoryTests
{
    private static readonly Invitation Invitation = new() { Tenant = "acme", Id = "1", RecipientEmail = "eva@example.com" };
    private static readonly TenantSettings Tenant = TenantSettings.Default("acme") with { Domain = "acme.example", DisplayName = "Acme AB" };

    private static readonly string Key = RecordKey.Of("acme", "1");

    [Fact]
    public void Create_Links_AreDeterministicAndOpaque()
    {
        var values = CreateSut().Create(Invitation, Tenant, null, Key);

        Assert.Equal("https://review.example.com/acme.example/" + Key, values.Link);
        Assert.Contains(Key, values.UnsubscribeLink, StringComparison.Ordinal);
        Assert.DoesNotContain("eva", values.Link + values.UnsubscribeLink, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_LandingPage_LeadsThere() =>
        Assert.StartsWith("https://review.example.com/se.acme.example/", CreateSut().Create(Invitation with { LandingPage = "se.acme.example" }, Tenant, null, Key).Link, StringComparison.Ordinal);

    [Fact]
    public void Create_Product_HasALinkOfItsOwnWithEscapedSku()
    {
        var product = Assert.Single(CreateSut().Create(Invitation with { Products = [new("A&1 ü", null, null, "javascript:x")] }, Tenant, null, Key).Products);

        Assert.EndsWith("?sku=A%261%20%C3%BC", product.Link, StringComparison.Ordinal);
        Assert.Equal(("A&1 ü", null), (product.Name, product.ImageUrl));
    }

    [Theory]
    [InlineData("Eva\r\nBcc: x", "Eva  Bcc: x")]
    [InlineData("\u202Eave\u202C", "ave")]
    [InlineData("E\u200Bva\uFEFF", "Eva")]
    [InlineData("שלום", "שלום")]
    [InlineData("👩‍👩‍👧", "👩‍👩‍👧")]
    [InlineData(" \t ", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Create_Name_IsOneHarmlessLine(string? name, string? expected) =>
        Assert.Equal(expected, CreateSut().Create(Invitation with { RecipientName = name }, Tenant, null, Key).Name);

    [Fact]
    public void Create_HalfASurrogatePair_IsReplaced() =>
        Assert.Equal("\uFFFDEva", CreateSut().Create(Invitation with { RecipientName = "\ud800Eva" }, Tenant, null, Key).Name);

    [Fact]
    public void Create_NameOfAMegabyte_IsCleanedInGoodTime() =>
        Assert.Equal(1_000_000, CreateSut().Create(Invitation with { RecipientName = new string('é', 1_000_000) }, Tenant, null, Key).Name!.Length);

    [Fact]
    public void Create_NoDomainOrName_FallsBackToTheTenant()
    {
        var values = CreateSut().Create(Invitation, TenantSettings.Default("acme"), "sv", Key);

        Assert.Equal(("acme", "acme", "sv"), (values.Company, values.Domain, values.Locale));
    }

    private static TemplateValuesFactory CreateSut() => new(new LinkOptions());
}
