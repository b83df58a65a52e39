using Dispatcher.Core.Addresses;

namespace Dispatcher.Core.Tests.Addresses;

public sealed class DomainSyntaxTests
{
    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("Example.COM", "example.com")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.Example", "xn--bcher-kva.example")]
    [InlineData("XN--BCHER-KVA.example", "xn--bcher-kva.example")]
    [InlineData("ｇｍａｉｌ.example", "gmail.example")]
    [InlineData("gmail\u3002example", "gmail.example")]
    [InlineData("gm\u00ADail.example", "gmail.example")]
    public void Normalise_AnyFormOfADomain_IsTheOneOnTheWire(string domain, string expected) => Assert.Equal(expected, DomainSyntax.Normalise(domain));

    [Theory]
    [InlineData("")]
    [InlineData("[192.0.2.1]")]
    [InlineData("exa mple\u202E.com")]
    public void Normalise_NoDomain_StaysAsItIs(string domain) => Assert.Equal(domain, DomainSyntax.Normalise(domain));

    /// <summary>Asked for each invitation at the door: what is plain already costs neither a copy nor a look into tables.</summary>
    [Fact]
    public void Normalise_LowerCaseAscii_IsTheSameText()
    {
        const string Domain = "mail.example.com";

        Assert.Same(Domain, DomainSyntax.Normalise(Domain));
    }
}
