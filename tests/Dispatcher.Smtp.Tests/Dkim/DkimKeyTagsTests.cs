using Dispatcher.Smtp.Dkim;

namespace Dispatcher.Smtp.Tests.Dkim;

public sealed class DkimKeyTagsTests
{
    [Theory]
    [InlineData("v=DKIM1; k=rsa; p=AAAA", "AAAA")]
    [InlineData("p=AAAA", "AAAA")]
    [InlineData("p=AAAA;", "AAAA")]
    [InlineData("p=AAAA ; \t", "AAAA")]
    [InlineData("v = DKIM1;p = AA\tAA\r\n BB==", "AAAABB==")]
    [InlineData("\tv=DKIM1 ;x_1=any; X_1=a=b;; p=AAAA", null)]
    [InlineData("v=DKIM1; x_1=any; X_1=a=b; n=; p=AAAA", "AAAA")]
    [InlineData("v=DKIM1; p=", "")]
    [InlineData("v=DKIM1; p= \t", "")]
    public void Parse_Record_FindsTheKey(string record, string? key)
    {
        var tags = DkimKeyTags.Parse(record, out var fault);

        Assert.Equal(key, tags?.Key);
        Assert.Equal(key is null, fault is not null);
    }

    [Theory]
    [InlineData("", "no list")]
    [InlineData(";", "no list")]
    [InlineData("hello", "no list")]
    [InlineData("=DKIM1; p=AAAA", "no list")]
    [InlineData("v=DKIM1; 1x=a; p=AAAA", "no list")]
    [InlineData("v=DKIM1; a-b=c; p=AAAA", "no list")]
    [InlineData("v=DKIM1; p=AAAA; n=\u00e4", "n= holds")]
    [InlineData("v=DKIM1; p=AA\0AA", "p= holds")]
    [InlineData("v=DKIM1; p=AAAA; p=BBBB", "p= stands twice")]
    [InlineData("v=DKIM1; n=a; n=a; p=AAAA", "n= stands twice")]
    [InlineData("v=spf1 -all", "v= is not DKIM1")]
    [InlineData("v=dkim1; p=AAAA", "v= is not DKIM1")]
    [InlineData("k=rsa; v=DKIM1; p=AAAA", "v= is not the first")]
    [InlineData("v=DKIM1; k=rsa", "no p=")]
    [InlineData("v=DKIM1; P=AAAA", "no p=")]
    public void Parse_NoKeyRecord_SaysWhy(string record, string expected)
    {
        Assert.Null(DkimKeyTags.Parse(record, out var fault));

        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("k=rsa; h=sha256; s=email; t=s; g=*; n=words", "")]
    [InlineData("h=sha1:sha256", "")]
    [InlineData("h = sha1 : \r\n sha256 ", "")]
    [InlineData("h=sha1", "h=")]
    [InlineData("h=sha256x:", "h=")]
    [InlineData("h=", "h=")]
    [InlineData("s=*", "")]
    [InlineData("s=tlsrpt : email", "")]
    [InlineData("s=tlsrpt", "s=")]
    [InlineData("s=", "s=")]
    [InlineData("k=ed25519", "k=")]
    [InlineData("k=RSA", "k=")]
    [InlineData("k=ed25519; h=sha1; s=x", "k=,h=,s=")]
    public void Faults_Tags_AreThoseThatKeepVerifiersFromTheKey(string tags, string expected) =>
        Assert.Equal(expected, string.Join(',', Read(tags).Faults.Select(fault => fault[..2])));

    [Theory]
    [InlineData("", false)]
    [InlineData("t=s", false)]
    [InlineData("t=", false)]
    [InlineData("t=yes", false)]
    [InlineData("T=y", false)]
    [InlineData("t=y", true)]
    [InlineData("t=s : y", true)]
    public void IsTesting_Flags_IsTheLetterY(string tags, bool expected) => Assert.Equal(expected, Read(tags).IsTesting);

    private static DkimKeyTags Read(string tags) => DkimKeyTags.Parse($"v=DKIM1; {tags}{(tags.Length > 0 ? "; " : "")}p=AAAA", out _)!;
}
