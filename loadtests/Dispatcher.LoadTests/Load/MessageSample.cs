using Dispatcher.Core.Invitations;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Tenants;

namespace Dispatcher.LoadTests.Load;

/// <summary>A message to write again and again: the template that ships, in a language that needs one transfer encoding or another.</summary>
internal sealed class MessageSample
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "templates", "default");

    private readonly Invitation _invitation;
    private readonly Template _template;
    private readonly TenantSettings _tenant = TenantSettings.Default("acme") with
    {
        DisplayName = "Acme AB",
        Domain = "acme.example",
        Sender = new SenderSettings { Email = "reviews@acme.example", ReplyTo = "help@acme.example" },
    };

    private readonly EmailDraftFactory _drafts = new(new TemplateValuesFactory(new LinkOptions()), new SenderDefaults(), TimeProvider.System);

    private MessageSample(string encoding, string name, string locale, Func<string, string> translate)
    {
        Encoding = encoding;
        _invitation = new Invitation
        {
            Tenant = "acme",
            Id = "order-4711",
            RecipientName = name,
            RecipientEmail = "eva.berg@example.com",
            ReferenceNumber = "4711",
            Locale = locale,
        };
        _template = Template.Parse(new TemplateFiles(
            "default", InvitationType.Service, false, locale, "How was [CompanyIdentifier], [Name]?", translate(Read("body.html")), translate(Read("body.txt"))));
        Draft = CreateDraft();
    }

    /// <summary>What its bodies need.</summary>
    public string Encoding { get; }

    public EmailDraft Draft { get; }

    public static IReadOnlyList<MessageSample> All { get; } =
    [
        new("7bit", "Eva Berg", "en", text => text),
        new("quoted-printable", "Åsa Öberg", "sv", text => text.Replace("thank you for choosing", "tack för att du valde", StringComparison.Ordinal)),

        // As much of it in Cyrillic as base64 takes to be shorter.
        new("base64", "Ольга Петрова", "ru", text => text.Replace(
            "Hello", string.Concat(Enumerable.Repeat("Спасибо за покупку в нашем магазине. ", 60)) + "Здравствуйте", StringComparison.Ordinal)),
    ];

    public EmailDraft CreateDraft() => _drafts.Create(_invitation, _tenant, _template);

    private static string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));
}
