using Dispatcher.Core.Tenants;

namespace Dispatcher.Worker.Tests.Commands;

public sealed class TenantsCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Apply_ThreeTimes_FeelsLikeKubectl()
    {
        var file = _cli.File("acme.yaml", "tenant: acme\nplan: standard\n");

        Assert.Equal(0, await _cli.RunAsync("tenants", "apply", "-f", file));
        Assert.Equal("tenant/acme created", _cli.Out.Trim());
        await _cli.RunAsync("tenants", "apply", "-f", file);
        Assert.Equal("tenant/acme unchanged", _cli.Out.Trim());
        await _cli.RunAsync("tenants", "apply", "-f", _cli.File("acme.yaml", "tenant: acme\nplan: free\n"));
        Assert.Equal("tenant/acme configured", _cli.Out.Trim());
    }

    [Fact]
    public async Task Apply_DryRun_ChangesNothing()
    {
        await _cli.RunAsync("tenants", "apply", "--dry-run", "-f", _cli.File("acme.yaml", "tenant: acme\n"), "--json");

        Assert.Equal("""{"tenant":"acme","result":"created","dryRun":true}""", _cli.Lines[^1]);
        Assert.Empty(_cli.Tenants.Tenants);
    }

    [Fact]
    public async Task Apply_Folder_ReadsEachFile()
    {
        _cli.File("t/a.yaml", "tenant: a\n");
        var folder = Path.GetDirectoryName(_cli.File("t/b.json", """{"tenant":"b"}"""))!;
        _cli.File("t/notes.txt", "not a tenant");

        Assert.Equal(0, await _cli.RunAsync("tenants", "apply", "-f", folder));

        Assert.Equal(2, _cli.Tenants.Tenants.Count);
    }

    [Fact]
    public async Task Apply_Mistakes_AreAllShownAndNothingIsApplied()
    {
        _cli.File("t/a.yaml", "tenant: a\nweight: -1\nplan: golden\n");
        _cli.File("t/b.yaml", "tenant: b\n");
        var folder = Path.GetDirectoryName(_cli.File("t/c.yaml", "tenant: b\n"))!;

        Assert.Equal(2, await _cli.RunAsync("tenants", "apply", "-f", folder));

        Assert.Contains("weight", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("plan", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("b is in more than one file: b.yaml, c.yaml", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Tenants.Tenants);
    }

    [Fact]
    public async Task Apply_StandardInput_TakesWhatShowWrites()
    {
        _cli.Tenants.Tenants["acme"] = new TenantSettings
        {
            Tenant = "acme",
            DisplayName = "true: [x]",
            Plan = Plan.Standard,
            Rate = new(2.5, 10),
            AddOns = [AddOn.CustomSender],
        };
        await _cli.RunAsync("tenants", "show", "acme");
        _cli.Input = System.Text.Encoding.UTF8.GetBytes(_cli.Out);

        Assert.Equal(0, await _cli.RunAsync("tenants", "apply", "-f", "-"));

        Assert.Equal("tenant/acme unchanged", _cli.Out.Trim());
    }

    [Fact]
    public async Task Apply_MissingFile_IsUsageError() => Assert.Equal(2, await _cli.RunAsync("tenants", "apply", "-f", "none.yaml"));

    [Fact]
    public async Task List_ForPeopleAndPrograms_ShowsTenants()
    {
        _cli.Tenants.Tenants["acme"] = new TenantSettings { Tenant = "acme", Plan = Plan.Free };

        await _cli.RunAsync("tenants", "list");
        Assert.Contains("acme", _cli.Out, StringComparison.Ordinal);
        await _cli.RunAsync("tenants", "list", "--json");
        Assert.Equal("acme", _cli.Json.GetProperty("tenant").GetString());
    }

    [Fact]
    public async Task Show_Unknown_IsNo() => Assert.Equal(1, await _cli.RunAsync("tenants", "show", "nobody"));

    [Fact]
    public async Task Schema_IsTheOneInTheDocumentation()
    {
        var published = Path.Combine(Repository(), "docs", "tenant.schema.json");

        Assert.Equal(0, await _cli.RunAsync("tenants", "schema"));

        // To renew it: dispatcher tenants schema > docs/tenant.schema.json
        Assert.Equal(await File.ReadAllTextAsync(published, TestContext.Current.CancellationToken), _cli.Out);
    }

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Dispatcher.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Not below the repository.");
        }

        return folder;
    }
}
