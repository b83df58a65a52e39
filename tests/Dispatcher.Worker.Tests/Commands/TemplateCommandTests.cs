using System.Text;
using System.Text.Json;
using Dispatcher.Worker.Templates;

namespace Dispatcher.Worker.Tests.Commands;

public sealed class TemplateCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Check_FileWithMistakes_WritesTheContractsObject()
    {
        var file = _cli.File("b.html", "<p>\nHi [name], it is [2026]</p>");

        Assert.Equal(1, await _cli.RunAsync("template", "check", file, "--type", "service", "--json"));

        Assert.Equal(
            """{"status":"placeholder-error","problems":[{"line":2,"column":4,"text":"[name]","why":"is not a placeholder; names are case sensitive","suggestion":"[Name]"},{"line":1,"column":1,"text":"[Link]","why":"is required and stands in no body","suggestion":"[Link]"}]}""",
            Assert.Single(_cli.Lines));
    }

    [Theory]
    [InlineData("[Link] [2026] \\[Name] [[Name]]", "service", "ok")]
    [InlineData("[Products]", "product", "ok")]
    [InlineData("[Products]", "service", "missing-placeholder")]
    [InlineData("[Link]", "product", "placeholder-error")]
    [InlineData("[Link] [Nmae]", "reminder", "placeholder-error")]
    public async Task Check_Body_IsJudgedByItsType(string body, string type, string status)
    {
        var file = _cli.File("b.txt", body);

        Assert.Equal(status == "ok" ? 0 : 1, await _cli.RunAsync("template", "check", file, "--type", type, "--json"));

        Assert.Equal(status, _cli.Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Check_ForPeople_IsALineThatEditorsFollow()
    {
        var file = _cli.File("b.txt", "[Link]\nDear [name]");

        Assert.Equal(1, await _cli.RunAsync("template", "check", file));

        Assert.Equal($"{file}:2:6: [name] is not a placeholder; names are case sensitive; write [Name]", _cli.Lines[0]);
        Assert.Equal($"{file}: placeholder-error", _cli.Lines[1]);
    }

    [Fact]
    public async Task Check_Folder_SaysWhichPart()
    {
        var folder = Folder("t", "type: product", "For [Frist]", "[Products]");

        Assert.Equal(1, await _cli.RunAsync("template", "check", folder, "--json"));

        var problem = Assert.Single(_cli.Json.GetProperty("problems").EnumerateArray());
        Assert.Equal(("subject", 5), (problem.GetProperty("part").GetString(), problem.GetProperty("column").GetInt32()));
    }

    [Fact]
    public async Task Check_FolderOfTemplates_ChecksEach()
    {
        Folder("all/a", "type: service", "s", "[Link]");
        Folder("all/b", "type: product", "s", "[Link]");
        var all = Path.GetDirectoryName(_cli.File("all/c.html", "[Link]"))!;

        Assert.Equal(1, await _cli.RunAsync("template", "check", all, "--json"));

        Assert.Equal(["ok", "placeholder-error", "ok"], _cli.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("status").GetString()));
        Assert.Equal("c.html", Path.GetFileName(_cli.Json.GetProperty("file").GetString()));
    }

    [Fact]
    public async Task Check_TemplatesThatShip_AreFine()
    {
        Assert.Equal(0, await _cli.RunAsync("template", "check", Path.Combine(TemplateFolder.ShippedPath, "_shared"), "--json"));
        Assert.Equal(3, _cli.Lines.Length);
    }

    [Theory]
    [InlineData(2_000_001, 1, "at most 2000000")]
    [InlineData(150_000, 0, "150 kB large")]
    public async Task Check_LargeTemplate_IsSaid(int size, int code, string text)
    {
        var file = _cli.File("b.txt", "[Link]" + new string('x', size - 6));

        Assert.Equal(code, await _cli.RunAsync("template", "check", file));

        Assert.Contains(text, _cli.Out + _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_HostileBody_EndsSoonAndStaysALine()
    {
        var file = _cli.File("b.html", "[Link]" + string.Concat(Enumerable.Repeat("[Naem\u001b[31m<a href=\"[", 50_000)));

        Assert.Equal(0, await _cli.RunAsync("template", "check", file));

        Assert.DoesNotContain('\u001b', _cli.Out);
    }

    [Theory]
    [InlineData("none.html")]
    [InlineData("empty")]
    [InlineData("latin")]
    [InlineData("unknown-key")]
    [InlineData("bad-type")]
    public async Task Check_NoTemplate_IsUsageError(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_cli.File("empty/note.md", ""))!);
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(_cli.File("latin/body.html", [.. "[Link] "u8, 0xE5])))!;
        _cli.File("latin/subject.txt", "s");
        _cli.File("latin/template.yaml", "type: service");
        Folder("unknown-key", "costum: true", "s", "[Link]");
        Folder("bad-type", "type: sms", "s", "[Link]");

        Assert.Equal(2, await _cli.RunAsync("template", "check", Path.Combine(folder, name)));

        Assert.NotEmpty(_cli.Error);
        Assert.Equal(name == "unknown-key", _cli.Error.Contains("did you mean custom?", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Render_WithoutData_IsAWholeMessageOfAnExample()
    {
        Assert.Equal(0, await _cli.RunAsync("template", "render", Path.Combine(TemplateFolder.ShippedPath, "_shared", "default-product")));

        Assert.Contains("To: \"Eva Berg\" <eva@example.com>\r\n", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("multipart/alternative", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("Toy car\r\nhttps://", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Render_DataAndTenant_FillTheFiles()
    {
        var data = _cli.File("x.json", """{"recipient":{"name":"Åsa"},"locale":"sv","CompanyIdentifier":"Bolaget","Link":"https://x.example/r"}""");
        var tenant = _cli.File("t.yaml", "tenant: acme\ndomain: acme.example\nsender: {name: Acme, email: reviews@acme.example}\n");
        var body = _cli.File("b.html", "<p>[Name] [CompanyIdentifier] [DomainName] <a href=\"[Link]\">x</a></p>");
        var (eml, html) = (Path.Combine(Path.GetDirectoryName(body)!, "o.eml"), Path.Combine(Path.GetDirectoryName(body)!, "o.html"));

        Assert.Equal(0, await _cli.RunAsync("template", "render", body, "--data", data, "--tenant-file", tenant, "--out", eml, "--html", html));

        Assert.Empty(_cli.Out);
        Assert.StartsWith("<p>Åsa Bolaget acme.example <a href=\"https://x.example/r\">x</a></p>", await File.ReadAllTextAsync(html, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("From: \"Acme\" <reviews@acme.example>", await File.ReadAllTextAsync(eml, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>A name may be markup, a header, or marks that turn the text around; it stays a name.</summary>
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\" onmouseover=\"x\" ")]
    [InlineData("Eva\r\nBcc: all@x.example")]
    [InlineData("\u202Egnp.exe")]
    [InlineData("E\u200Bv\u200Ba\uFEFF")]
    [InlineData("]]><!--[if mso]>")]
    [InlineData("[Link]")]
    public async Task Render_HostileName_StaysAName(string name)
    {
        var body = _cli.File("b.html", "<p title=\"[Name]\">[Name]</p><a href=\"https://x.example/?n=[Name]\">[Link]</a>");
        var html = Path.Combine(Path.GetDirectoryName(body)!, "o.html");
        _cli.Input = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { recipient = new { name } }));

        Assert.Equal(0, await _cli.RunAsync("template", "render", body, "--data", "-", "--html", html));

        var shown = await File.ReadAllTextAsync(html, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("<script", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("<!--", shown, StringComparison.Ordinal);
        Assert.Equal(2, shown.Split("title=\"").Length + shown.Split("\" onmouseover").Length - 1);
        Assert.False(shown.AsSpan().ContainsAny("\u202E\u200B\uFEFF\r"));
        Assert.DoesNotContain(_cli.Out.Split("\r\n"), line => line.StartsWith("Bcc", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"Link":"javascript:alert(1)"}""", "Link: must be an absolute http")]
    [InlineData("""{"Name":5}""", "Name: must be a text")]
    [InlineData("""{"tenant":"ACME","locale":"!"}""", "tenant: ")]
    [InlineData("[]", "one JSON object")]
    [InlineData("{", "not well-formed")]
    [InlineData("""{"id":"a","id":"b"}""", "not well-formed")]
    [InlineData("""{"\ud800":1}""", "surrogate")]
    [InlineData("""{"recipient":{"\udc00":1}}""", "surrogate")]
    [InlineData("""{"products":[{"\udc00":1}]}""", "surrogate")]
    [InlineData("""{"Name":"\ud800"}""", "Name: must be a text")]
    public async Task Render_WrongData_IsUsageError(string json, string error)
    {
        var data = _cli.File("x.json", json);

        Assert.Equal(2, await _cli.RunAsync("template", "render", _cli.File("b.txt", "[Link]"), "--data", data));

        Assert.Contains(error, _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Render_HugeData_IsUsageError()
    {
        _cli.Input = new byte[1_000_000];

        Assert.Equal(2, await _cli.RunAsync("template", "render", _cli.File("b.txt", "[Link]"), "--data", "-"));
    }

    [Fact]
    public async Task Render_TemplateWithMistakes_ShowsThemAndTheMessage()
    {
        Assert.Equal(1, await _cli.RunAsync("template", "render", _cli.File("b.txt", "[Link] [name]")));

        Assert.Contains("[name]", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("write [Name]", _cli.Error, StringComparison.Ordinal);
    }

    private string Folder(string name, string settings, string subject, string text)
    {
        _cli.File(name + "/template.yaml", settings);
        _cli.File(name + "/subject.txt", subject);
        return Path.GetDirectoryName(_cli.File(name + "/body.txt", text))!;
    }
}
