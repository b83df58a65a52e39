using Dispatcher.Core.Invitations;
using Dispatcher.Core.Templates;

namespace Dispatcher.Core.Tests.Templates;

public sealed class TemplateTests
{
    private static readonly TemplateValues Values = new()
    {
        Name = "Eva",
        Company = "Acme",
        Domain = "acme.example",
        Link = "https://review.example.com/acme/k?a=1&b=2",
        UnsubscribeLink = "https://review.example.com/unsubscribe/k",
        Order = "4711",
        Products = [new("Toy car", "https://review.example.com/p?sku=A-1", "https://img.example/1.png"), new("Doll", "https://review.example.com/p?sku=B", null)],
    };

    /// <summary>The table of the specification, section 3.</summary>
    [Theory]
    [InlineData("[Name]", true, true)]
    [InlineData("[CompanyIdentifier]", true, true)]
    [InlineData("[DomainName]", true, true)]
    [InlineData("[Link]", true, false)]
    [InlineData("[Stars]", true, false)]
    [InlineData("[Products]", true, true)]
    [InlineData("[Order]", true, true)]
    [InlineData("[LegalNotice]", true, true)]
    [InlineData("[UnsubscribeLink]", true, true)]
    public void ProblemsFor_Placeholder_IsAllowedByType(string placeholder, bool service, bool product)
    {
        Assert.Equal(service, Text($"[Link] {placeholder}").StatusFor(InvitationType.Service) == TemplateStatus.Ok);
        Assert.Equal(service, Text($"[Link] {placeholder}").StatusFor(InvitationType.Reminder) == TemplateStatus.Ok);
        Assert.Equal(product, Text($"[Products] {placeholder}", InvitationType.Product).Status == TemplateStatus.Ok);
    }

    [Theory]
    [InlineData(InvitationType.Service, "[Link]")]
    [InlineData(InvitationType.Reminder, "[Link]")]
    [InlineData(InvitationType.Product, "[Products]")]
    public void Status_RequiredPlaceholderAbsent_IsMissing(InvitationType type, string required)
    {
        var template = Text("Hello [Name]", type);

        Assert.Equal(TemplateStatus.MissingPlaceholder, template.Status);
        Assert.Equal(required, Assert.Single(template.Problems).Text);
    }

    [Theory]
    [InlineData("[name]", "[Name]")]
    [InlineData("[NAME]", "[Name]")]
    [InlineData("[ Name ]", "[Name]")]
    [InlineData("[Nmae]", "[Name]")]
    [InlineData("[link]", "[Link]")]
    [InlineData("[Product]", "[Products]")]
    [InlineData("[Unsubscribe Link]", "[UnsubscribeLink]")]
    [InlineData("[unsubscribe_link]", "[UnsubscribeLink]")]
    [InlineData("[Name|friend]", "[Name]")]
    [InlineData("[Name!]", "[Name]")]
    [InlineData("[Name,", "[Name]")]
    [InlineData("[Name", "[Name]")]
    [InlineData("[FirstName]", "\\[FirstName]")]
    [InlineData("[Foo]", "\\[Foo]")]
    [InlineData("[first_name]", "\\[first_name]")]
    public void Problems_Mistake_IsReportedWithPlaceAndSuggestion(string mistake, string suggestion)
    {
        var problem = Assert.Single(Text($"[Link]\nDear {mistake}").Problems);

        Assert.Equal((2, 6, suggestion), (problem.Line, problem.Column, problem.Suggestion));
        Assert.Equal(TemplateProblemKind.Error, problem.Kind);
    }

    [Theory]
    [InlineData("[2026]", "[2026]")]
    [InlineData("[sic]", "[sic]")]
    [InlineData("[...]", "[...]")]
    [InlineData("[]", "[]")]
    [InlineData("[A]", "[A]")]
    [InlineData("[PDF]", "[PDF]")]
    [InlineData("[game]", "[game]")]
    [InlineData("[see our site]", "[see our site]")]
    [InlineData("a[0]", "a[0]")]
    [InlineData("[", "[")]
    [InlineData("]", "]")]
    [InlineData("\\[Name\\]", "[Name]")]
    [InlineData("\\[Name]", "[Name]")]
    [InlineData("[[Name]]", "[Name]")]
    [InlineData("[[FirstName]] [Name]", "[FirstName] Eva")]
    [InlineData("[Name]]", "Eva]")]
    [InlineData("[[Name]", "[Name]")]
    public void Render_TextInBrackets_IsNoMistake(string source, string expected)
    {
        var template = Text(source + "\n[Link][UnsubscribeLink]");

        Assert.Empty(template.Problems);
        Assert.Equal(expected, template.Render(Values).Text!.Split('\n')[0]);
    }

    [Fact]
    public void Render_Text_PutsEveryValueInPlace() => Assert.Equal(
        "Eva Acme acme.example 4711 https://review.example.com/acme/k?a=1&b=2 https://review.example.com/acme/k?a=1&b=2 https://review.example.com/unsubscribe/k",
        Text("[Name] [CompanyIdentifier] [DomainName] [Order] [Link] [Stars] [UnsubscribeLink]").Render(Values).Text);

    [Theory]
    [InlineData("<b>[Name]</b>", "<b>&lt;b&gt;&quot;&#x27;&amp;</b>")]
    [InlineData("<i title=\"[Name]\">x</i>", "<i title=\"&lt;b&gt;&quot;&#x27;&amp;\">x</i>")]
    [InlineData("<i title='[Name]'>x</i>", "<i title='&lt;b&gt;&quot;&#x27;&amp;'>x</i>")]
    [InlineData("<a href=\"https://x.example/?n=[Name]\">x</a>", "<a href=\"https://x.example/?n=%3Cb%3E%22%27%26\">x</a>")]
    [InlineData("<a href=\"[Name]\">x</a>", "<a href=\"%3Cb%3E%22%27%26\">x</a>")]
    [InlineData("<a href=\"[Link]\">x</a>", "<a href=\"https://review.example.com/acme/k?a=1&amp;b=2\">x</a>")]
    [InlineData("<a href=\"/r?to=[Link]\">x</a>", "<a href=\"/r?to=https%3A%2F%2Freview.example.com%2Facme%2Fk%3Fa%3D1%26b%3D2\">x</a>")]
    [InlineData("<!-- [Name] -->", "<!-- &lt;b&gt;&quot;&#x27;&amp; -->")]
    public void Render_Html_EscapesForThePlace(string source, string expected)
    {
        var html = Html(source + "[Link][UnsubscribeLink]").Render(Values with { Name = "<b>\"'&" }).Html!;

        Assert.StartsWith(expected, html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<a href=[Link]>x</a>")]
    [InlineData("<p [Name]>x</p>")]
    [InlineData("<p style=\"color:[Name]\">x</p>")]
    [InlineData("<p onclick=\"f('[Name]')\">x</p>")]
    [InlineData("<p title=\"[Stars]\">x</p>")]
    [InlineData("<a href=\"[Link]\">[Stars]</a>")]
    [InlineData("<a href=\"[Link]\"><b>[Products]</b></a>")]
    public void Status_PlaceWhereNoValueIsSafe_IsAnError(string source) =>
        Assert.Equal(TemplateStatus.PlaceholderError, Html(source + "[Link]").Status);

    [Theory]
    [InlineData("<style>a[name]{color:red} [FirstName]</style>")]
    [InlineData("<!--[if mso]><p>x</p><![endif]-->")]
    [InlineData("<!--[if !mso]><!--><p>x</p><!--<![endif]-->")]
    [InlineData("<!--[if mso]><v:rect href=\"[Link]\"></v:rect><![endif]-->")]
    [InlineData("<p title=\"a > b\">[Name]</p>")]
    public void Status_HtmlOfMailClients_IsNoMistake(string source) => Assert.Empty(Html(source + "[Link]").Problems);

    [Fact]
    public void Render_Stars_AreFiveLinksInATable()
    {
        var html = Html("[Stars][Link]").Render(Values).Html!;

        Assert.Equal(5, html.Split("&#9733;").Length - 1);
        Assert.Contains("a=1&amp;b=2&amp;stars=5\"", html, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"4 of 5 stars\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_Products_HavePictureNameAndButton()
    {
        var rendered = Template.Parse(Files(InvitationType.Product, "[Products]", "[Products]")).Render(Values);

        Assert.Contains("<img src=\"https://img.example/1.png\" alt=\"Toy car\"", rendered.Html, StringComparison.Ordinal);
        Assert.Contains("href=\"https://review.example.com/p?sku=B\"", rendered.Html, StringComparison.Ordinal);
        Assert.Equal(1, rendered.Html!.Split("<img").Length - 1);
        Assert.StartsWith("Toy car\nhttps://review.example.com/p?sku=A-1\n\nDoll\n", rendered.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_NoUnsubscribeLink_AddsAFooterWithIt()
    {
        var rendered = Template.Parse(Files(InvitationType.Service, "<html><body>[Link]</body></html>", "[Link]")).Render(Values);

        Assert.Contains("bought something from Acme", rendered.Html, StringComparison.Ordinal);
        Assert.Contains("unsubscribe/k\">Unsubscribe</a></p></body></html>", rendered.Html, StringComparison.Ordinal);
        Assert.EndsWith("https://review.example.com/unsubscribe/k\n", rendered.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_OwnUnsubscribeLink_AddsNothing() =>
        Assert.Equal("<p><a href=\"https://review.example.com/unsubscribe/k\">x</a></p>", Html("<p><a href=\"[UnsubscribeLink]\">x</a></p>").Render(Values).Html);

    [Theory]
    [InlineData(null, "customer")]
    [InlineData("sv-SE", "kund")]
    [InlineData("de", "Kunde")]
    [InlineData("da", "kunde")]
    [InlineData("nb-NO", "kunde")]
    [InlineData("no", "kunde")]
    [InlineData("fi", "asiakas")]
    [InlineData("fr_FR", "client")]
    [InlineData("NL", "klant")]
    [InlineData("es", "cliente")]
    [InlineData("it", "cliente")]
    [InlineData("xx", "customer")]
    public void Render_NoName_IsTheLocalisedCustomer(string? locale, string expected) =>
        Assert.StartsWith(expected + " ", Text("[Name] [Link]").Render(Values with { Name = null, Locale = locale }).Text, StringComparison.Ordinal);

    [Fact]
    public void Render_OnlyHtml_DerivesTheText()
    {
        const string Source = """
            <html><head><title>T</title><style>p{}</style></head><body><!--[if mso]>Outlook<![endif]-->
            <h1>Hi&nbsp;[Name] &amp; co</h1><p>One<br>two &#91;Name&#93;</p><ul><li>a</li><li>b</li></ul>
            <a href="[Link]">Review us</a> <img src="x.png" alt="Logo"> <a href="[UnsubscribeLink]">Opt out</a></body></html>
            """;

        Assert.Equal(
            """
            Hi Eva & co

            One
            two [Name]

            a

            b

            Review us (https://review.example.com/acme/k?a=1&b=2) Logo Opt out (https://review.example.com/unsubscribe/k)

            """,
            Html(Source).Render(Values).Text);
    }

    [Fact]
    public void Render_HostileValues_StayValues()
    {
        var hostile = Values with { Name = "<script>[Link]</script>" };

        var rendered = Template.Parse(new("t", InvitationType.Service, false, null, "Hi [Name]", "<p>[Name]</p>[Link]", "[Name] [Link]")).Render(hostile);

        Assert.DoesNotContain("<script", rendered.Html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;[Link]&lt;/script&gt;", rendered.Html, StringComparison.Ordinal);
        Assert.Equal("Hi <script>[Link]</script>", rendered.Subject);
    }

    [Fact]
    public void Parse_AnyPrefixOfAnHtmlBody_NeverThrows()
    {
        const string Source = "<!--[if mso]><a href=\"[Link]\" title='x'>[Name]</a><![endif]--><style>a[b]</style><p x=[y]>\\[z\\] [[q]] &#91; <!-- c --></p>";
        for (var length = 0; length <= Source.Length; length++)
        {
            Assert.NotNull(Html(Source[..length]).Render(Values).Text);
            Assert.NotNull(Html(Source[length..]).Render(Values).Text);
        }
    }

    [Fact]
    public void Parse_Size_IsBounded()
    {
        Assert.Empty(Text("[Link]").Warnings);
        Assert.Single(Text("[Link]" + new string('x', 100_001)).Warnings);
        Assert.True(Text("[Link]" + new string('x', 2_000_001)).IsRefused);
        Assert.False(Text("[Link]" + new string('x', 1_900_000)).IsRefused);
    }

    [Fact]
    public void Version_Content_ChangesIt()
    {
        Assert.Equal(Text("[Link]").Version, Text("[Link]").Version);
        Assert.NotEqual(Text("[Link]").Version, Text("[Link] ").Version);
    }

    private static Template Text(string text, InvitationType type = InvitationType.Service) => Template.Parse(Files(type, null, text));

    private static Template Html(string html) => Template.Parse(Files(InvitationType.Service, html, null));

    private static TemplateFiles Files(InvitationType type, string? html, string? text) => new("t", type, false, null, "Subject", html, text);
}
