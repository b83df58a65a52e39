using Dispatcher.Core.Checks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Core.Tests.Checks;

public sealed class TemporaryDomainsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Covers_ShippedList_IsWholeAndSound()
    {
        using var domains = TemporaryDomains.Load(null);
        var lines = DomainLines.Read(File.ReadLines(Path.Combine(Root(), "src/Dispatcher.Core/Checks/Data/disposable-domains.txt")));

        Assert.Empty(lines.Bad);
        Assert.True(lines.Deny.Count > 5_000);
        Assert.All(lines.Deny, domain => Assert.True(domains.Covers(domain, null)));
        Assert.All(new[] { "gmail.com", "outlook.com", "example.com", "com", "" }, domain => Assert.False(domains.Covers(domain, null)));
        Assert.Contains(File.ReadLines(Path.Combine(Root(), "src/Dispatcher.Core/Checks/Data/disposable-domains.txt")).Take(4), line => line.Contains("CC0-1.0", StringComparison.Ordinal) && line.Contains("Fetched: 20", StringComparison.Ordinal));
    }

    [Fact]
    public void Covers_OperatorsFile_AddsAndExcepts()
    {
        File.WriteAllText(_file, "!fine.throw.example # a department\n# more\nthrow.example\n\n!mailinator.com\nräksmörgås.example\nno domain\n");
        using var domains = TemporaryDomains.Load(_file);

        Assert.True(domains.Covers("throw.example", null));
        Assert.True(domains.Covers("a.b.Throw.example", null));
        Assert.True(domains.Covers("xn--rksmrgs-5wao1o.example", null));
        Assert.False(domains.Covers("fine.throw.example", null));
        Assert.False(domains.Covers("x.fine.throw.example", null));
        Assert.False(domains.Covers("a.mailinator.com", null));
        Assert.False(domains.Covers("nothrow.example", null));
    }

    [Theory]
    [InlineData("own.example", true)]
    [InlineData("mailinator.com", false)]
    [InlineData("sharklasers.com", true)]
    [InlineData("throw.example", false)]
    public void Covers_TenantsLists_AllowGoesBeforeDeny(string domain, bool covered)
    {
        File.WriteAllText(_file, "throw.example\n");
        using var domains = TemporaryDomains.Load(_file);

        Assert.Equal(covered, domains.Covers(domain, new(["mailinator.com", "throw.example"], ["own.example", "mailinator.com"])));
    }

    [Fact]
    public void Covers_FileChanges_IsSeenWithoutRestart()
    {
        File.WriteAllText(_file, "one.example\n");
        using var domains = new TemporaryDomains(
            new ChecksOptions { DisposableDomainsFile = _file }, _time, NullLogger<TemporaryDomains>.Instance);
        Assert.True(domains.Covers("one.example", null));

        File.WriteAllText(_file, "number-two.example\n");
        Assert.True(domains.Covers("one.example", null));
        _time.Advance(TemporaryDomains.PollInterval);

        Assert.False(domains.Covers("one.example", null));
        Assert.True(domains.Covers("number-two.example", null));
        Assert.True(domains.Covers("mailinator.com", null));
    }

    [Fact]
    public void Covers_FileGoesAway_KeepsWhatItSaid()
    {
        File.WriteAllText(_file, "one.example\n");
        using var domains = new TemporaryDomains(
            new ChecksOptions { DisposableDomainsFile = _file }, _time, NullLogger<TemporaryDomains>.Instance);

        File.Delete(_file);
        _time.Advance(TemporaryDomains.PollInterval);

        Assert.True(domains.Covers("one.example", null));
    }

    [Fact]
    public void Covers_Domain_AllocatesNothing()
    {
        using var domains = TemporaryDomains.Load(null);
        string[] asked = ["eva.mail.example.com", "MAILINATOR.com", "a.b.c.d.e.f.g"];
        Array.ForEach(asked, domain => domains.Covers(domain, null));
        var before = GC.GetAllocatedBytesForCurrentThread();

        foreach (var domain in asked)
        {
            domains.Covers(domain, null);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Validate_MissingFile_NamesKeyAndRemedy()
    {
        var result = new ChecksOptionsValidator().Validate(null, new ChecksOptions { DisposableDomainsFile = "/nowhere/none.txt" });

        Assert.StartsWith("Checks:DisposableDomainsFile: there is no file", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Dispatcher.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Not below the repository.");
        }

        return folder;
    }
}
