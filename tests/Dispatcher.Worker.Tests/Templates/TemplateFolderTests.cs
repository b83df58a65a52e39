using Dispatcher.Core.Invitations;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Tenants;
using Dispatcher.Worker.Templates;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dispatcher.Worker.Tests.Templates;

public sealed class TemplateFolderTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("templates-").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Theory]
    [InlineData("default", InvitationType.Service)]
    [InlineData("default-reminder", InvitationType.Reminder)]
    [InlineData("default-product", InvitationType.Product)]
    public void Find_Shipped_IsThereAndFaultless(string id, InvitationType type)
    {
        using var sut = CreateSut();

        var template = sut.Find("anyone", id)!;

        Assert.Equal((type, TemplateStatus.Ok, false), (template.Type, template.Status, template.IsCustom));
        Assert.Empty(template.Warnings);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("default-reminder")]
    [InlineData("default-product")]
    public void Render_Shipped_LeavesNoPlaceholder(string id)
    {
        using var sut = CreateSut();
        var invitation = new Invitation { Tenant = "acme", Id = "1", RecipientEmail = "eva@example.com", Products = [new("A-1", "Toy car", null, null)] };
        var values = new TemplateValuesFactory(new LinkOptions()).Create(invitation, TenantSettings.Default("acme"), "en", "token");

        var rendered = sut.Find("acme", id)!.Render(values);

        Assert.All([rendered.Subject, rendered.Html!, rendered.Text!], part => Assert.DoesNotContain('[', part));
        Assert.Contains(values.UnsubscribeLink, rendered.Html, StringComparison.Ordinal);
        Assert.Contains(values.UnsubscribeLink, rendered.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_TenantsOwn_WinsOverShared()
    {
        Write("acme", "default", "Own");
        Write("_shared", "extra", "Extra");
        using var sut = CreateSut();

        Assert.Equal("Own", Subject(sut, "acme", "default"));
        Assert.NotEqual("Own", Subject(sut, "other", "default"));
        Assert.Equal("Extra", Subject(sut, "other", "extra"));
        Assert.Null(sut.Find("acme", "gone"));
        Assert.Null(sut.Find("acme", "../acme/default"));
    }

    [Fact]
    public void Find_SharedInOwnPath_ReplacesTheShipped()
    {
        Write("_shared", "default", "Ours");
        using var sut = CreateSut();

        Assert.Equal("Ours", Subject(sut, "acme", "default"));
    }

    [Fact]
    public void Refresh_FileChanged_IsReloaded()
    {
        Write("acme", "t", "One");
        using var sut = CreateSut();
        var before = sut.Find("acme", "t")!.Version;

        Write("acme", "t", "Another");
        sut.Refresh();

        Assert.Equal("Another", Subject(sut, "acme", "t"));
        Assert.NotEqual(before, sut.Find("acme", "t")!.Version);
    }

    [Theory]
    [InlineData("template.yaml", "type: survey-of-all\n")]
    [InlineData("template.yaml", "type: [service\n")]
    [InlineData("template.yaml", "custom: perhaps-or-not\n")]
    [InlineData("subject.txt", null)]
    [InlineData("body.txt", null)]
    public void Refresh_FolderBecameBroken_KeepsTheLastGood(string file, string? content)
    {
        Write("acme", "t", "Good");
        using var sut = CreateSut();

        var path = Path.Combine(_path, "acme", "t", file);
        File.Delete(path);
        if (content is not null)
        {
            File.WriteAllText(path, content);
        }

        sut.Refresh();

        Assert.Equal("Good", Subject(sut, "acme", "t"));
    }

    [Fact]
    public void Refresh_TooLarge_KeepsTheLastGood()
    {
        Write("acme", "t", "Good");
        using var sut = CreateSut();

        File.WriteAllText(Path.Combine(_path, "acme", "t", "body.html"), new string('x', Template.MaxSize + 1));
        sut.Refresh();

        Assert.Equal("Good", Subject(sut, "acme", "t"));
    }

    [Fact]
    public void Refresh_FolderDeleted_TemplateGoes()
    {
        Write("acme", "t", "Good");
        using var sut = CreateSut();

        Directory.Delete(Path.Combine(_path, "acme", "t"), recursive: true);
        sut.Refresh();

        Assert.Null(sut.Find("acme", "t"));
    }

    [Fact]
    public void Find_BrokenPlaceholder_IsFoundForTheChecksToReport()
    {
        Write("acme", "t", "[Foo]");
        using var sut = CreateSut();

        Assert.Equal(TemplateStatus.PlaceholderError, sut.Find("acme", "t")!.Status);
    }

    [Fact]
    public void Constructor_PathMissing_UsesTheShippedUntilItAppears()
    {
        var options = new TemplatesOptions { Path = Path.Combine(_path, "later") };
        using var sut = new TemplateFolder(options, TemplateFolder.ShippedPath, TimeProvider.System, NullLogger<TemplateFolder>.Instance);

        Assert.NotNull(sut.Find("acme", "default"));
    }

    [Fact]
    public async Task ExecuteAsync_IntervalPasses_LooksForChanges()
    {
        Write("acme", "t", "One");
        var options = new TemplatesOptions { Path = _path, PollInterval = TimeSpan.FromMilliseconds(100) };
        using var sut = new TemplateFolder(options, TemplateFolder.ShippedPath, TimeProvider.System, NullLogger<TemplateFolder>.Instance);
        await sut.StartAsync(CancellationToken.None);

        Write("acme", "t", "Another");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (Subject(sut, "acme", "t") != "Another")
        {
            await Task.Delay(10, deadline.Token);
        }

        await sut.StopAsync(CancellationToken.None);
    }

    private static string Subject(TemplateFolder sut, string tenant, string id) =>
        sut.Find(tenant, id)!.Render(new TemplateValues { Company = "c", Domain = "d", Link = "https://l.example", UnsubscribeLink = "https://u.example" }).Subject;

    private TemplateFolder CreateSut() =>
        new(new TemplatesOptions { Path = _path }, TemplateFolder.ShippedPath, TimeProvider.System, NullLogger<TemplateFolder>.Instance);

    private void Write(string owner, string id, string subject)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_path, owner, id)).FullName;
        File.WriteAllText(Path.Combine(folder, "template.yaml"), "type: service\ncustom: true\nlocale: en\n");
        File.WriteAllText(Path.Combine(folder, "subject.txt"), subject);
        File.WriteAllText(Path.Combine(folder, "body.txt"), "[Link]");
    }
}
