using System.Text;
using Dispatcher.Smtp.Auth;

namespace Dispatcher.Smtp.Tests.Auth;

/// <summary>The exchange of RFC 7677 3, and what a server may not do with it.</summary>
public class ScramSha256Tests
{
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO";
    private const string ServerNonce = Nonce + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private const string ServerFirst = "r=" + ServerNonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private const string ServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    [Fact]
    public void Next_ExampleOfTheStandard_IsAnsweredAsThere()
    {
        var scram = new ScramSha256("user", "pencil", Nonce);

        Assert.Equal("n,,n=user,r=" + Nonce, Encoding.UTF8.GetString(scram.InitialResponse!));
        Assert.Equal($"c=biws,r={ServerNonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", Next(scram, ServerFirst));
        Assert.False(scram.IsComplete);
        Assert.Equal("", Next(scram, ServerFinal));
        Assert.True(scram.IsComplete);
    }

    [Fact]
    public void InitialResponse_UserWithCommaAndEquals_IsEscaped() =>
        Assert.Equal("n,,n=a=2Cb=3Dc,r=x", Encoding.UTF8.GetString(new ScramSha256("a,b=c", "p", "x").InitialResponse!));

    [Theory]
    [InlineData("")]
    [InlineData("r=" + ServerNonce)]
    [InlineData("m=ext," + ServerFirst)]
    [InlineData("r=" + Nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=other%hvYDpWUa2RaTCAfuxFIlj,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=" + ServerNonce + ",s=not base64!,i=4096")]
    [InlineData("r=" + ServerNonce + ",s=,i=4096")]
    [InlineData("r=" + ServerNonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095")]
    [InlineData("r=" + ServerNonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000001")]
    [InlineData("r=" + ServerNonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-4096")]
    [InlineData("r=" + ServerNonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999999999999")]
    public void Next_BadFirstMessage_IsRefused(string message) => Assert.NotNull(Fail(new ScramSha256("user", "pencil", Nonce), message));

    [Theory]
    [InlineData("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=")]
    [InlineData("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl9")]
    [InlineData("v=")]
    [InlineData("v=?")]
    [InlineData("e=invalid-proof")]
    [InlineData("")]
    public void Next_ServerDoesNotKnowThePassword_IsRefused(string message)
    {
        var scram = new ScramSha256("user", "pencil", Nonce);
        Next(scram, ServerFirst);

        Assert.NotNull(Fail(scram, message));
        Assert.False(scram.IsComplete);
    }

    [Fact]
    public void Next_ServerSignsForAnotherPassword_IsRefused()
    {
        var scram = new ScramSha256("user", "pencils", Nonce);
        Next(scram, ServerFirst);

        Assert.Contains("does not know the password", Fail(scram, ServerFinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Next_AfterTheEnd_IsRefused()
    {
        var scram = new ScramSha256("user", "pencil", Nonce);
        Next(scram, ServerFirst);
        Next(scram, ServerFinal);

        Assert.NotNull(Fail(scram, ServerFinal));
    }

    private static string Next(ScramSha256 scram, string message) => Encoding.UTF8.GetString(scram.Next(Encoding.UTF8.GetBytes(message)).Response!);

    private static string? Fail(ScramSha256 scram, string message)
    {
        var step = scram.Next(Encoding.UTF8.GetBytes(message));
        Assert.Null(step.Response);
        return step.Problem;
    }
}
