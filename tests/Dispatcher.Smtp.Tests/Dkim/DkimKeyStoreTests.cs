using Dispatcher.Smtp.Dkim;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.Smtp.Tests.Dkim;

public sealed class DkimKeyStoreTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Create_Key_WaitsUntilItIsPutToUse()
    {
        var sut = new DkimKeyStore(_folder.Path);

        var made = sut.Create("Acme.example", "2026-11", 2048, out _)!;
        using var before = Keys.Ring(_folder.Path);
        Assert.Null(before.Find("a@acme.example", null));
        var used = sut.Use("acme.example", "2026-11", TimeProvider.System, out _)!;
        using var after = Keys.Ring(_folder.Path);

        Assert.Equal((true, false, 2048), (made.Waits, made.Signs, made.Bits));
        Assert.Equal((false, true), (used.Waits, used.Signs));
        Assert.Equal(made.Record, used.Record);
        Assert.Equal("2026-11", after.Find("a@acme.example", null)?.Selector);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(used.File));
        }
    }

    [Fact]
    public void Record_Key_IsATextOfShortStrings()
    {
        var record = new DkimKeyStore(_folder.Path).Create("acme.example", "s1", 4096, out _)!.Record!;

        Assert.Equal("s1._domainkey.acme.example", record.Name);
        Assert.Matches("^v=DKIM1; k=rsa; p=[A-Za-z0-9+/]+=*$", record.Value);
        var strings = record.ZoneLine.Split('"').Where((_, n) => n % 2 == 1).ToList();
        Assert.All(strings, text => Assert.True(text.Length <= 255));
        Assert.Equal(record.Value, string.Concat(strings));
    }

    [Theory]
    [InlineData("no domain", "s1", 2048, "no domain")]
    [InlineData("acme.example", "../s1", 2048, "no selector")]
    [InlineData("../acme.example", "s1", 2048, "no domain")]
    [InlineData("acme.example", "s1", 1024, "2048 to 4096 bits")]
    public void Create_Mistake_IsSaid(string domain, string selector, int bits, string expected)
    {
        Assert.Null(new DkimKeyStore(_folder.Path).Create(domain, selector, bits, out var fault));
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_SelectorInUse_LeavesTheKeyAlone()
    {
        var path = Keys.Put(_folder.Path, "acme.example", "s1");

        Assert.Null(new DkimKeyStore(_folder.Path).Create("acme.example", "s1", 2048, out var fault));

        Assert.Contains("new selector", fault, StringComparison.Ordinal);
        Assert.Equal(Keys.Pem, File.ReadAllText(path));
    }

    [Fact]
    public void Use_NoSuchKey_IsSaid()
    {
        Assert.Null(new DkimKeyStore(_folder.Path).Use("acme.example", "s1", TimeProvider.System, out var fault));
        Assert.Contains("there is no key s1", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void List_Keys_SaysWhichSignsWaitsOrIsBad()
    {
        File.SetLastWriteTimeUtc(Keys.Put(_folder.Path, "acme.example", "old"), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.SetLastWriteTimeUtc(Keys.Put(_folder.Path, "acme.example", "now"), new DateTime(2026, 2, 1, 0, 0, 0, DateTimeKind.Utc));
        Keys.Put(_folder.Path, "acme.example", "bad", "nothing");
        var sut = new DkimKeyStore(_folder.Path);
        sut.Create("acme.example", "next", 2048, out _);

        var keys = sut.List().ToDictionary(key => key.Selector);

        Assert.Equal((false, false), (keys["old"].Signs, keys["old"].Waits));
        Assert.Equal((true, false), (keys["now"].Signs, keys["now"].Waits));
        Assert.Equal((false, true), (keys["next"].Signs, keys["next"].Waits));
        Assert.NotNull(keys["bad"].Fault);
        Assert.Equal(4, keys.Count);
    }
}
