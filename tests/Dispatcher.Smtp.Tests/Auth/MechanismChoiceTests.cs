using Dispatcher.Smtp.Auth;

namespace Dispatcher.Smtp.Tests.Auth;

public class MechanismChoiceTests
{
    [Theory]
    [InlineData("LOGIN PLAIN SCRAM-SHA-256", null, "SCRAM-SHA-256")]
    [InlineData("LOGIN PLAIN SCRAM-SHA-1", null, "PLAIN")]
    [InlineData("CRAM-MD5 LOGIN", null, "LOGIN")]
    [InlineData("CRAM-MD5 XOAUTH2", null, null)]
    [InlineData("", null, null)]
    [InlineData("LOGIN PLAIN SCRAM-SHA-256", "login", "LOGIN")]
    [InlineData("LOGIN PLAIN", "SCRAM-SHA-256", null)]
    public void Pick_Offered_TakesTheStrongestOrTheForcedOne(string offered, string? forced, string? expected) =>
        Assert.Equal(expected, MechanismChoice.Pick(offered.Split(' '), forced));

    [Fact]
    public void Create_PasswordThatScramForbids_SaysSoWithoutIt()
    {
        var (mechanism, problem) = MechanismChoice.Create("SCRAM-SHA-256", new Credentials("user", "\u0627\u0031"));

        Assert.Null(mechanism);
        Assert.Equal("user or password holds characters that SCRAM does not allow (RFC 4013)", problem);
    }
}
