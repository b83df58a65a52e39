using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Tests.Commands;

public sealed class ListCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("eva@example.com\nbo@example.com\n")]
    [InlineData("Email\neva@example.com\r\nbo@example.com")]
    [InlineData("name;email\n\"Berg; Eva\";eva@example.com\nBo;bo@example.com\n")]
    [InlineData("name,EMAIL,x\nEva,eva@example.com,1\n\nBo, bo@example.com ,2\n")]
    public async Task Load_AllowList_TakesTheColumnOfAddresses(string csv)
    {
        Assert.Equal(0, await _cli.RunAsync("allow-list", "load", _cli.File("list.csv", csv), "--tenant", "acme"));

        Assert.Equal(["bo@example.com", "eva@example.com"], _cli.Lists.Lists[(TenantList.Allow, "acme")].Order());
        Assert.Contains("2 entries are in force", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_BadLines_AreToldAndLeftOut()
    {
        var file = _cli.File("list.csv", "email\nnobody\neva@example.com\n\"broken\n+46701234567\n");

        Assert.Equal(1, await _cli.RunAsync("allow-list", "load", file, "--tenant", "acme", "--json"));

        Assert.Contains("\"line\":2", _cli.Lines[0], StringComparison.Ordinal);
        Assert.Contains("\"line\":4", _cli.Lines[1], StringComparison.Ordinal);
        Assert.Equal("""{"list":"allow-list","size":2,"bad":2}""", _cli.Lines[^1]);
    }

    [Fact]
    public async Task Skus_AddShowRemoveClear_ChangeTheCatalogue()
    {
        Assert.Equal(1, await _cli.RunAsync("skus", "show", "--tenant", "acme"));
        Assert.Equal(0, await _cli.RunAsync("skus", "add", "A-1", "B 2", "--tenant", "acme"));
        Assert.Equal(0, await _cli.RunAsync("skus", "show", "--tenant", "acme", "--json"));
        Assert.Equal("""{"list":"skus","size":2,"bad":0}""", _cli.Lines[^1]);
        Assert.Equal(0, await _cli.RunAsync("skus", "remove", "A-1", "--tenant", "acme"));
        Assert.Equal(["B 2"], _cli.Lists.Lists[(TenantList.Skus, "acme")]);
        Assert.Equal(0, await _cli.RunAsync("skus", "clear", "--tenant", "acme"));
        Assert.Equal(1, await _cli.RunAsync("skus", "clear", "--tenant", "acme"));
    }

    [Fact]
    public async Task Add_NoAddress_IsWrongUsage() => Assert.Equal(2, await _cli.RunAsync("allow-list", "add", "nobody", "--tenant", "acme"));
}
