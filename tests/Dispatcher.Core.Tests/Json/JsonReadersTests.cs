using System.Text;
using System.Text.Json;
using Dispatcher.Core.Destinations;
using Dispatcher.Core.Feedback;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Tests.Json;

/// <summary>Whatever comes as JSON ends as a value or as problems: an exception would end whoever reads, and the next who reads it again.</summary>
public sealed class JsonReadersTests
{
    private const string Invitation = """
        {"id":"1","tenant":"acme","type":"reminder","reminderOf":"0","method":"api","channel":"email","recipient":{"name":"Eva","email":"eva@example.com","phone":"+46700000000"},
         "referenceNumber":"4711","templateId":"default","locale":"sv-SE","sender":{"name":"Acme","email":"a@acme.example"},"replyTo":"help@acme.example",
         "landingPage":"se.example.com","sendAt":"2026-11-22T10:00:00Z","createdAt":"2026-11-22","reminder":{"after":"P7D"},
         "products":[{"sku":"A-1","name":"Car","url":"https://example.com/","imageUrl":"https://example.com/i"}],"tags":["a"],"other":{"a":[1]}}
        """;

    private const string Feedback = """
        {"kind":"unsubscribe","tenant":"acme","recipient":"eva@example.com","at":"2026-11-22T10:00:00Z","detail":"x","scope":"tenant","attempt":1}
        """;

    private const string Ids = """{"ids":["a","b"]}""";

    private const string Filter = """
        {"filter":{"type":"service","templateId":"default","tag":"a","recipientDomain":"example.com","createdFrom":"2026-01-01","createdBefore":"2026-02-01"}}
        """;

    private const string Tenants = """
        {"tenants":[{"tenant":"acme","displayName":"Acme","domain":"acme.example","plan":"standard","addOns":["customTemplates"],"monthlyLimit":20,"timeZone":"Europe/Stockholm",
         "region":"SE","rate":{"perSecond":50,"burst":100},"concurrency":2,"weight":1,"frequency":{"days":30},"kickstart":{"until":"2026-12-31","max":10},"reminders":true,
         "uncertain":"hold","sender":{"name":"Acme","email":"r@acme.example"},"suppression":{"hardBounceDays":3},"retry":{"schedule":["1m"],"maxAge":"1h"},"blocked":false}]}
        """;

    private const string Destinations = """{"destinations":[{"group":"a","domains":["a.example"],"rate":{"perSecond":5},"concurrency":3}]}""";

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, (string Good, Func<string, IReadOnlyList<string>> Read)> Readers = new(StringComparer.Ordinal)
    {
        ["invitation"] = (Invitation, json => InvitationReader.Read(Encoding.UTF8.GetBytes(json), new(null, "x", Now)).Problems),
        ["feedback"] = (Feedback, json => FeedbackReader.Read(Encoding.UTF8.GetBytes(json)).Problems),
        ["ids"] = (Ids, ReadSelection),
        ["filter"] = (Filter, ReadSelection),
        ["tenants"] = (Tenants, json => TenantSettingsReader.ReadJson(json).Problems),
        ["destinations"] = (Destinations, json => DestinationGroupReader.ReadJson(json).Problems),
    };

    public static TheoryData<string> Names => [.. Readers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_HalfASurrogatePairInAName_IsAProblem(string reader)
    {
        var (good, read) = Readers[reader];
        Assert.Empty(read(good));

        Assert.All(HostileJson.WithHalfNames(good), json => Assert.NotEmpty(read(json)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_HostileJson_NeverThrows(string reader)
    {
        var (good, read) = Readers[reader];

        Assert.All(HostileJson.Variants(good), json => Assert.Null(Record.Exception(() => read(json))));
    }

    /// <summary>As it comes by HTTP, where what is no JSON has been refused before.</summary>
    private static IReadOnlyList<string> ReadSelection(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return InvitationSelectionReader.Read(document.RootElement, "acme").Problems;
        }
        catch (JsonException exception)
        {
            return [exception.Message];
        }
    }
}
