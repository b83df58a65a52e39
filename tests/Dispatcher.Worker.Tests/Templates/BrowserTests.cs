using Dispatcher.TestKit.Browsers;
using Dispatcher.Worker.Templates;

namespace Dispatcher.Worker.Tests.Templates;

/// <summary>The shipped templates as a browser shows them: rendered by the command, photographed, and looked at.</summary>
public sealed class BrowserTests : IDisposable
{
    private const int Paper = 0xf3f4f6;
    private const int Panel = 0xffffff;
    private const int Ink = 0x1f2937;
    private const int Star = 0x9a6700;
    private const int Button = 0x0b5cad;
    private const int Height = 1000;

    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("default", 640)]
    [InlineData("default", 360)]
    [InlineData("default-reminder", 640)]
    public async Task Show_ServiceTemplate_HasFiveStarsInARowAndAButtonBelow(string template, int width)
    {
        var picture = await ShowAsync(template, width);

        AssertPanel(picture);
        Assert.Equal(5, picture.Columns(Star).Count);
        var stars = Assert.Single(picture.Rows(Star));
        var button = picture.Rows(Button);
        Assert.All(button, rows => Assert.True(rows.From > stars.To));
        Assert.InRange(button[^1].To - button[0].From, 40, 60);
        Assert.InRange(picture.Columns(Button)[^1].To - picture.Columns(Button)[0].From, 120, 250);
        Assert.InRange(picture.Count(Button), 4000, 15_000);
    }

    [Fact]
    public async Task Show_ProductTemplate_HasAButtonForEachProduct()
    {
        var data = _cli.File("data.json", """{"type":"product","products":[{"sku":"A-1","name":"Car"},{"sku":"B-2","name":"Boat"},{"sku":"C-3","name":"Train"}]}""");

        var picture = await ShowAsync("default-product", 640, "--data", data);

        AssertPanel(picture);
        var buttons = picture.Rows(Button);
        Assert.Equal(3, buttons.Count);
        Assert.All(buttons, rows => Assert.InRange(rows.To - rows.From, 30, 55));
    }

    /// <summary>A white panel with something written on it, on grey.</summary>
    private static void AssertPanel(Picture picture)
    {
        Assert.True(picture.Is(2, 2, Paper) && picture.Is(picture.Width - 3, 2, Paper));
        Assert.InRange(picture.Count(Panel), picture.Width * Height / 6, picture.Width * Height * 9 / 10);
        Assert.InRange(picture.Count(Ink), 500, picture.Width * Height / 10);
    }

    private async Task<Picture> ShowAsync(string template, int width, params string[] more)
    {
        Assert.SkipWhen(Browser.Missing is not null, Browser.Missing ?? "");
        var html = _cli.File("page.html", "");
        Assert.Equal(0, await _cli.RunAsync(["template", "render", Path.Combine(TemplateFolder.ShippedPath, "_shared", template), "--html", html, .. more]));
        var picture = await Browser.ShowAsync(await File.ReadAllTextAsync(html), width, Height);
        Assert.Equal((width, Height), (picture.Width, picture.Height));
        return picture;
    }
}
