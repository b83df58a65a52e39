namespace Dispatcher.Worker.Tests.Commands;

public sealed class BlockListCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("a.example\nB.example\n")]
    [InlineData("# ours\nDomain\na.example\r\n\nb.example")]
    [InlineData("why;domain\ntrap;a.example\ntrap; b.example \n")]
    public async Task Load_File_TakesItsDomains(string file)
    {
        _cli.BlockList.Domains.Add("old.example");

        Assert.Equal(0, await _cli.RunAsync("block-list", "load", _cli.File("list.csv", file)));

        Assert.Equal(["a.example", "b.example"], _cli.BlockList.Domains);
        Assert.Contains("2 domains are in force", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_BadLines_EachIsToldWithItsNumberAndLeftOut()
    {
        var file = _cli.File("list.txt", "a.example\nnodot\n# a comment\neva@b.example\n\"broken\n*.c.example\nräksmörgås.example\n");

        Assert.Equal(1, await _cli.RunAsync("block-list", "load", file, "--json"));

        Assert.Equal(["""{"line":2,""", """{"line":4,""", """{"line":5,""", """{"line":6,"""], _cli.Lines[..^1].Select(line => line[..10]));
        Assert.Equal("""{"list":"block-list","size":2,"bad":4}""", _cli.Lines[^1]);
        Assert.Contains("xn--rksmrgs-5wao1o.example", _cli.BlockList.Domains);
    }

    [Fact]
    public async Task Load_MoreThanAllowed_IsRefusedAndTheListStays()
    {
        _cli.BlockList.Domains.Add("old.example");
        var file = _cli.File("list.txt", string.Concat(Enumerable.Range(0, 100_001).Select(i => $"d{i}.example\n")));

        Assert.Equal(2, await _cli.RunAsync("block-list", "load", file));

        Assert.Contains("at most 100,000", _cli.Error, StringComparison.Ordinal);
        Assert.Equal(["old.example"], _cli.BlockList.Domains);
    }

    [Fact]
    public async Task AddRemoveClear_Repeated_AnswerTheSame()
    {
        for (var turn = 0; turn < 2; turn++)
        {
            Assert.Equal(0, await _cli.RunAsync("block-list", "add", "a.example", "b.example", "--json"));
            Assert.Equal("""{"list":"block-list","size":2,"bad":0}""", _cli.Lines[^1]);
        }

        Assert.Equal(0, await _cli.RunAsync("block-list", "list"));
        Assert.Equal(["a.example", "b.example"], _cli.Lines);
        Assert.Equal(0, await _cli.RunAsync("block-list", "list", "--json"));
        Assert.Equal("""{"domain":"a.example"}""", _cli.Lines[0]);
        Assert.Equal(0, await _cli.RunAsync("block-list", "remove", "A.example"));
        Assert.Equal(0, await _cli.RunAsync("block-list", "remove", "a.example"));
        Assert.Contains("1 domain is in force", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(0, await _cli.RunAsync("block-list", "clear"));
        Assert.Equal(1, await _cli.RunAsync("block-list", "clear"));
        Assert.Empty(_cli.BlockList.Domains);
    }

    [Fact]
    public async Task Show_Domain_NamesWhatBlocksIt()
    {
        _cli.BlockList.Domains.Add("a.example");

        Assert.Equal(0, await _cli.RunAsync("block-list", "show", "mail.A.example", "--json"));
        Assert.Equal("""{"domain":"mail.A.example","blocked":true,"by":"a.example"}""", _cli.Lines[^1]);
        Assert.Equal(0, await _cli.RunAsync("block-list", "show", "x.set.example", "--Checks:BlockedDomains=set.example"));
        Assert.Contains("is blocked by Checks:BlockedDomains", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(1, await _cli.RunAsync("block-list", "show", "b.example", "--json"));
        Assert.Equal("""{"domain":"b.example","blocked":false,"by":null}""", _cli.Lines[^1]);
        Assert.Equal(0, await _cli.RunAsync("block-list", "show"));
        Assert.Contains("1 domain is in force", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_NoDomain_IsWrongUsageAndAddsNone()
    {
        Assert.Equal(2, await _cli.RunAsync("block-list", "add", "a.example", "eva@example.com"));

        Assert.Empty(_cli.BlockList.Domains);
    }
}
