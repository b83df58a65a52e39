using System.Text;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Tenants;
using Dispatcher.Smtp.Mime;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Smtp.Tests.Mime;

/// <summary>The message in docs/messages.md is one that we write.</summary>
public sealed class MessagesDocumentTests
{
    [Fact]
    public void Document_Sample_IsWhatTheComposerWrites()
    {
        var document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "messages.md")).ReplaceLineEndings("\n");

        Assert.Contains($"```eml\n{Sample()}```", document, StringComparison.Ordinal);
    }

    private static string Sample()
    {
        var template = Template.Parse(new TemplateFiles(
            "default", InvitationType.Service, false, "sv", "Hur var det hos [CompanyIdentifier]?",
            "<p>Hej [Name], berätta för andra:</p>\n<p><a href=\"[Link]\">Skriv ett omdöme</a></p>\n<p><a href=\"[UnsubscribeLink]\">Inga fler</a></p>",
            "Hej [Name]!\nSkriv hit: [Link]\n\n-- \nInga fler: [UnsubscribeLink]\n"));
        var tenant = TenantSettings.Default("bod") with
        {
            DisplayName = "Åkes Bod",
            Domain = "bod.example",
            Sender = new SenderSettings { Email = "omdome@bod.example", ReplyTo = "help@bod.example" },
        };
        var invitation = new Invitation { Tenant = "bod", Id = "order-4711", RecipientName = "Eva Berg", RecipientEmail = "eva@example.com", Locale = "sv" };
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 9, 30, 0, TimeSpan.Zero));
        var draft = new EmailDraftFactory(new TemplateValuesFactory(new LinkOptions()), new SenderDefaults(), clock).Create(invitation, tenant, template);
        return Encoding.ASCII.GetString(new MimeComposer().Compose(draft).Span).ReplaceLineEndings("\n");
    }
}
