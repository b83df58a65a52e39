using System.Text;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Worker.Tests.Commands;

public sealed class DestinationsCommandTests : IDisposable
{
    private const string Gmail = """
        group: gmail
        domains: [gmail.com, googlemail.com, "*.gmail.example"]
        rate: { perSecond: 50, burst: 100 }
        concurrency: 20
        """;

    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Apply_ThreeTimes_FeelsLikeKubectl()
    {
        Assert.Equal(0, await _cli.RunAsync("destinations", "apply", "-f", _cli.File("gmail.yaml", Gmail)));
        Assert.Equal("destination/gmail created", _cli.Out.Trim());
        await _cli.RunAsync("destinations", "apply", "-f", _cli.File("gmail.yaml", Gmail));
        Assert.Equal("destination/gmail unchanged", _cli.Out.Trim());
        await _cli.RunAsync("destinations", "apply", "-f", _cli.File("gmail.yaml", Gmail.Replace("20", "30", StringComparison.Ordinal)));
        Assert.Equal("destination/gmail configured", _cli.Out.Trim());

        Assert.Equal((new TenantRate(50, 100), 30), (_cli.Destinations.Groups["gmail"].Rate, _cli.Destinations.Groups["gmail"].Concurrency));
    }

    [Fact]
    public async Task Apply_DryRun_ChangesNothing()
    {
        await _cli.RunAsync("destinations", "apply", "--dry-run", "-f", _cli.File("gmail.yaml", Gmail), "--json");

        Assert.Equal("""{"group":"gmail","result":"created","dryRun":true}""", _cli.Lines[^1]);
        Assert.Empty(_cli.Destinations.Groups);
    }

    [Fact]
    public async Task Apply_Mistakes_AreAllShownAndNothingIsApplied()
    {
        _cli.File("d/a.yaml", "group: A\ndomains: [x]\nrate: { perSecond: -1 }\ncolour: red\n");
        _cli.File("d/b.yaml", Gmail);
        var folder = Path.GetDirectoryName(_cli.File("d/c.json", """{"group":"other","domains":["GMAIL.com"]}"""))!;

        Assert.Equal(2, await _cli.RunAsync("destinations", "apply", "-f", folder));

        Assert.All(
            new[] { "a.yaml: line 1, column 1: group: ", "domains[0]: ", "rate.perSecond: ", "colour: ", "the domain gmail.com is in more than one file: b.yaml, c.json" },
            mistake => Assert.Contains(mistake, _cli.Error, StringComparison.Ordinal));
        Assert.Empty(_cli.Destinations.Groups);
    }

    [Fact]
    public async Task Apply_StandardInput_TakesWhatShowWrites()
    {
        await _cli.RunAsync("destinations", "apply", "-f", _cli.File("gmail.yaml", Gmail));
        Assert.Equal(0, await _cli.RunAsync("destinations", "show", "gmail"));
        _cli.Input = Encoding.UTF8.GetBytes(_cli.Out);

        Assert.Equal(0, await _cli.RunAsync("destinations", "apply", "-f", "-"));

        Assert.Equal("destination/gmail unchanged", _cli.Out.Trim());
    }

    [Fact]
    public async Task List_ForPeopleAndPrograms_ShowsGroups()
    {
        await _cli.RunAsync("destinations", "apply", "-f", _cli.File("gmail.yaml", Gmail));
        _cli.Destinations.Put("many", "a.example", "b.example", "c.example", "d.example");

        await _cli.RunAsync("destinations", "list");
        Assert.Contains("50/s, burst 100", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("c.example, and 1 more", _cli.Out, StringComparison.Ordinal);
        await _cli.RunAsync("destinations", "list", "--json");
        Assert.Equal(2, _cli.Lines.Length);
        Assert.Equal("many", _cli.Json.GetProperty("group").GetString());
        Assert.Equal(4, _cli.Json.GetProperty("domains").GetArrayLength());
    }

    [Fact]
    public async Task Remove_Twice_IsNoTheSecondTime()
    {
        _cli.Destinations.Put("gmail", "gmail.com");

        Assert.Equal(0, await _cli.RunAsync("destinations", "remove", "gmail", "--json"));
        Assert.Equal("""{"group":"gmail","result":"removed"}""", _cli.Lines[^1]);
        Assert.Equal(1, await _cli.RunAsync("destinations", "remove", "gmail", "--json"));
        Assert.Equal("""{"group":"gmail","result":"notFound"}""", _cli.Lines[^1]);
    }

    [Fact]
    public async Task Show_Unknown_IsNo() => Assert.Equal(1, await _cli.RunAsync("destinations", "show", "nobody"));
}
