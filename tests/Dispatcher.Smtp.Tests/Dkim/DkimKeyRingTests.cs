using System.Security.Cryptography;
using Dispatcher.Smtp.Dkim;
using Dispatcher.TestKit.Processes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Smtp.Tests.Dkim;

public sealed class DkimKeyRingTests : IDisposable
{
    private static readonly DateTime Then = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Lines _log = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("shop@acme.example", null, "acme.example")]
    [InlineData("shop@ACME.example", null, "acme.example")]
    [InlineData("shop@mail.acme.example", null, "acme.example")]
    [InlineData("shop@a.b.news.acme.example", null, "news.acme.example")]
    [InlineData("shop@notacme.example", null, null)]
    [InlineData("shop@example", null, null)]
    [InlineData("shop@other.example", "acme.example", "acme.example")]
    [InlineData("shop@acme.example", "news.acme.example", "news.acme.example")]
    [InlineData("shop@acme.example", "unknown.example", "acme.example")]
    public void Find_Sender_IsTheNearestKey(string address, string? wished, string? expected)
    {
        Put("acme.example", "s1");
        Put("news.acme.example", "s1");
        using var sut = CreateSut();

        Assert.Equal(expected, sut.Find(address, wished)?.Domain);
    }

    [Fact]
    public void Find_FolderOfAnInternationalDomain_IsFoundByItsALabels()
    {
        Put("räksmörgås.example", "s1");
        using var sut = CreateSut();

        Assert.Equal("xn--rksmrgs-5wao1o.example", sut.Find("a@xn--rksmrgs-5wao1o.example", null)?.Domain);
    }

    [Fact]
    public void Find_SeveralSelectors_TheNewestSigns()
    {
        Put("acme.example", "b-old", Then);
        Put("acme.example", "a-new", Then.AddDays(1));
        using var sut = CreateSut();

        Assert.Equal("a-new", Selector(sut));
    }

    [Fact]
    public void Find_FilesOfOneMoment_TheLastByNameSigns()
    {
        Put("acme.example", "2026-11", Then);
        Put("acme.example", "2025-11", Then.AddMilliseconds(3));
        using var sut = CreateSut();

        Assert.Equal("2026-11", Selector(sut));
    }

    /// <summary>As Kubernetes mounts a secret: the domain's folder is a link into a hidden one.</summary>
    [Fact]
    public void Find_FolderIsALink_FindsTheKey()
    {
        var keys = _folder.Sub("keys");
        Keys.Put(Path.Combine(keys, "..data"), "acme.example", "s1");
        Directory.CreateSymbolicLink(Path.Combine(keys, "acme.example"), Path.Combine("..data", "acme.example"));
        using var sut = Keys.Ring(keys);

        Assert.Equal("s1", Selector(sut));
    }

    [Fact]
    public void Refresh_NewSelectorAppears_SignsWithoutARestartAndGoesBackWhenTakenAway()
    {
        Put("acme.example", "s1", Then);
        using var sut = CreateSut();
        Assert.Equal("s1", Selector(sut));

        var second = Put("acme.example", "s2", Then.AddDays(1));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("s2", Selector(sut));

        File.Delete(second);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("s1", Selector(sut));
    }

    [Fact]
    public void Refresh_FileBecomesBad_KeepsTheLastGoodKeyAndSaysSoOnce()
    {
        var path = Put("acme.example", "s1", Then);
        using var sut = CreateSut();

        File.WriteAllText(path, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0LXNlY3JldA==\n-----END PRIVATE KEY-----");
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("s1", Selector(sut));
        var line = Assert.Single(_log.Written, text => text.StartsWith("Error", StringComparison.Ordinal));
        Assert.Contains(path, line, StringComparison.Ordinal);
        Assert.Contains("no private key of RSA", line, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Refresh_FolderGoesAway_KeepsItsKeys()
    {
        var keys = _folder.Sub("keys");
        Keys.Put(keys, "acme.example", "s1");
        using var sut = Keys.Ring(keys, _time, _log);

        Directory.Delete(keys, recursive: true);
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal("s1", Selector(sut));
        Assert.Single(_log.Written, text => text.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_FileThatOthersCanRead_IsWarnedAboutByName()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such permissions.");
            return;
        }

        var path = Put("acme.example", "s1");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        using var sut = CreateSut();

        Assert.Single(_log.Written, text => text.StartsWith("Warning", StringComparison.Ordinal) && text.Contains(path, StringComparison.Ordinal));
    }

    [Fact]
    public void Load_ShortKey_SignsAndIsWarnedAbout()
    {
        using var rsa = RSA.Create(1024);
        Keys.Put(_folder.Path, "acme.example", "s1", rsa.ExportRSAPrivateKeyPem());

        using var sut = CreateSut();

        Assert.Equal("s1", Selector(sut));
        Assert.Single(_log.Written, text => text.Contains("1024 bits only", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "no private key in it")]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", "without a passphrase")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "no private key of RSA")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "no private key in it")]
    public void Validate_BadFile_NamesItAndTheRemedy(string content, string expected)
    {
        var path = Keys.Put(_folder.Path, "acme.example", "s1", content);

        var problem = Assert.Single(Problems());

        Assert.Contains(path, problem, StringComparison.Ordinal);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_PublicHalfOrOtherKind_IsRefused()
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Keys.Put(_folder.Path, "acme.example", "public", rsa.ExportSubjectPublicKeyInfoPem());
        Keys.Put(_folder.Path, "acme.example", "curve", curve.ExportPkcs8PrivateKeyPem());

        Assert.Equal(2, Problems().Count);
    }

    [Theory]
    [InlineData("not a domain", "s1")]
    [InlineData("acme.example", "s 1")]
    [InlineData("acme.example", "-s1")]
    public void Validate_BadName_IsRefused(string domain, string selector)
    {
        Keys.Put(_folder.Path, domain, selector);

        Assert.Single(Problems());
    }

    [Fact]
    public void Validate_HiddenAndOtherFiles_AreLeftAlone()
    {
        Keys.Put(_folder.Path, "..data", "s1", "bad");
        Keys.Put(_folder.Path, "acme.example", ".s1", "bad");
        File.WriteAllText(Path.Combine(_folder.Path, "acme.example", "s2.pem.new"), "bad");

        Assert.Empty(Problems());
    }

    [Fact]
    public void Validate_NoFolder_SaysSo()
    {
        var problems = new List<string>();
        DkimKeysValidator.Check(new DkimOptions { Path = Path.Combine(_folder.Path, "none") }, problems);

        Assert.Contains("Smtp:Dkim:Path", Assert.Single(problems), StringComparison.Ordinal);
    }

    private static string? Selector(DkimKeyRing ring) => ring.Find("shop@acme.example", null)?.Selector;

    private List<string> Problems()
    {
        var problems = new List<string>();
        DkimKeysValidator.Check(new DkimOptions { Path = _folder.Path }, problems);
        return problems;
    }

    private string Put(string domain, string selector, DateTime? changed = null)
    {
        var path = Keys.Put(_folder.Path, domain, selector);
        File.SetLastWriteTimeUtc(path, changed ?? Then);
        return path;
    }

    private DkimKeyRing CreateSut() => Keys.Ring(_folder.Path, _time, _log);

    private sealed class Lines : ILogger<DkimKeyRing>
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
