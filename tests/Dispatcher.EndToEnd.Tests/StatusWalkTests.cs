using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dispatcher.Core.Statuses;
using Dispatcher.Simulators.Dns;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.EndToEnd.Tests;

/// <summary>
/// Every status of the specification, in its order, by the set-up that <see cref="StatusGuide"/> documents: with a worker as a process, Redis, a mail server and
/// a name server. Each has a tenant of its own, named like it.
/// </summary>
public sealed class StatusWalkTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly DateTimeOffset Tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("dispatcher-walk").FullName;
    private Site _site = null!;
    private WorkerProcess _worker = null!;

    [Fact]
    public async Task Walk_TheSpecificationsList_EveryStatusComesAbout()
    {
        var zone = new DnsZone();
        zone.Txt("refusing.example", "v=spf1 ip4:198.51.100.1 -all");
        await using var dns = new DnsSimulator(new ZoneResponder(zone), TimeProvider.System);
        await dns.StartAsync();
        WriteTemplate("no-link", "[Name], please", custom: false);
        WriteTemplate("mistyped", "[name]: [Link]", custom: false);
        WriteTemplate("own", "[Link]", custom: true);
        await File.WriteAllTextAsync(Path.Combine(_folder, "tenants.json"), new JsonObject { ["tenants"] = new JsonArray([.. Tenants()]) }.ToJsonString());
        _site = await Site.StartAsync(
            "no",
            ("Tenants__Path", Path.Combine(_folder, "tenants.json")),
            ("Templates__Path", Path.Combine(_folder, "templates")),
            ("Checks__BlockedDomains", "blocked.example"),
            ("Checks__SendingAddresses", "192.0.2.1"),
            ("Dns__Servers", $"{dns.Endpoint}"));
        _worker = await _site.AddWorkerAsync();

        var walk = Walk();
        Assert.Equal(StatusCatalog.All.Select(info => info.Status), walk.Select(step => step.Status));
        foreach (var (status, setUp) in walk)
        {
            var code = StatusCatalog.Code(status);
            await setUp(code);
            await ReachedAsync(code, "it", status);
        }

        // What opted out of everything is everybody's; and the texts come with the record.
        await AddAsync("delivered", "to-all", "out-of-all@example.com");
        Assert.Equal("the recipient unsubscribed from the invitations of all", (await ReachedAsync("delivered", "to-all", Status.AlreadyUnsubscribed)).Detail);
        using var details = await _worker.GetAsync("/api/v1/tenants/rejected/invitations/it");
        Assert.Contains("\"remedy\":\"Read the reply", await details.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        if (_site is not null)
        {
            await _site.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private (Status Status, Func<string, Task> SetUp)[] Walk() =>
    [
        (Status.Queued, t => AddAsync(t, "it", more: $",\"sendAt\":\"{Tomorrow:O}\"")),
        (Status.Sending, t => AddAsync(t, "it", "slow@example.com")),
        (Status.Delivered, t => AddAsync(t, "it")),
        (Status.DeliveredUnsubscribed, t => DeliveredThenAsync(t, "unsubscribe")),
        (Status.DeliveredSpam, t => DeliveredThenAsync(t, "complaint")),
        (Status.InternalError, t => AddAsync(t, "it", "drop-after-data@example.com")),
        (Status.NoCustomTemplate, t => AddAsync(t, "it", more: ",\"templateId\":\"own\"")),
        (Status.MissingPlaceholder, t => AddAsync(t, "it", more: ",\"templateId\":\"no-link\"")),
        (Status.PlaceholderError, t => AddAsync(t, "it", more: ",\"templateId\":\"mistyped\"")),
        (Status.NoTemplate, t => AddAsync(t, "it", more: ",\"templateId\":\"deleted-last-year\"")),
        (Status.CustomSenderNotAllowed, t => AddAsync(t, "it", more: ",\"sender\":{\"email\":\"us@refusing.example\"}")),
        (Status.SpfError, t => AddAsync(t, "it", more: ",\"sender\":{\"email\":\"us@refusing.example\"}")),
        (Status.InvalidSenderAddress, t => AddAsync(t, "it", more: ",\"sender\":{\"email\":\"us\"}")),
        (Status.InvalidSenderName, t => AddAsync(t, "it", more: ",\"sender\":{\"name\":\"ceo@bank.example\"}")),
        (Status.InvalidReplyTo, t => AddAsync(t, "it", more: ",\"replyTo\":\"help\"")),
        (Status.RemindersDisabled, t => AddAsync(t, "it", more: ",\"type\":\"reminder\",\"reminderOf\":\"it-0\"")),
        (Status.FrequencyCapped, async t =>
        {
            await AddAsync(t, "other", "eva@example.com");
            await ReachedAsync(t, "other", Status.Delivered);
            await AddAsync(t, "it", "eva@example.com");
        }),
        (Status.LimitReached, t => SentThenAnotherAsync(t, "")),
        (Status.KickstartExpired, t => AddAsync(t, "it", more: ",\"method\":\"kickstart\"")),
        (Status.KickstartUsedUp, t => SentThenAnotherAsync(t, ",\"method\":\"kickstart\"")),
        (Status.SkuError, async t =>
        {
            await RunAsync("skus", "add", "A-1", "--tenant", t);
            await AddAsync(t, "it", more: ",\"type\":\"product\",\"templateId\":\"default-product\",\"products\":[{\"sku\":\"A-1\",\"name\":\"Car\"},{\"sku\":\"B-2\",\"name\":\"Bus\"}]");
        }),
        (Status.Cancelled, async t =>
        {
            await AddAsync(t, "it", more: $",\"sendAt\":\"{Tomorrow:O}\"");
            await PostAsync($"/api/v1/tenants/{t}/invitations/it/cancel", "{}");
        }),
        (Status.AlreadyInvited, t => SameReferenceAsync(t, "eva@example.com")),
        (Status.DuplicateReference, t => SameReferenceAsync(t, "bo@example.com")),
        (Status.ReviewedToday, async t =>
        {
            await TellAsync($"{{\"kind\":\"review\",\"tenant\":\"{t}\",\"recipient\":\"it@example.com\"}}");
            await AddAsync(t, "it", "it@example.com");
        }),
        (Status.ScheduledForLater, t => AddAsync(t, "it", "defer@example.com")),
        (Status.AlreadyUnsubscribed, async t =>
        {
            await TellAsync("""{"kind":"unsubscribe","recipient":"out-of-all@example.com","scope":"all"}""");
            await RunAsync("suppress", "add", "it@example.org", "--tenant", t);
            await AddAsync(t, "it", "it@example.org");
        }),
        (Status.NoProductReviews, t => AddAsync(t, "it", more: ",\"type\":\"product\",\"templateId\":\"default-product\",\"products\":[{\"sku\":\"A-1\"}]")),
        (Status.Blocked, t => AddAsync(t, "it")),
        (Status.DoubleOptInRequired, async t =>
        {
            await RunAsync("allow-list", "add", "somebody.else@example.com", "--tenant", t);
            await AddAsync(t, "it");
        }),
        (Status.ReferenceTooLong, t => AddAsync(t, "it", more: $",\"referenceNumber\":\"{new string('9', 256)}\"")),
        (Status.InvalidRecipient, t => AddAsync(t, "it", "bounce@example.com")),
        (Status.BlockedDomain, t => AddAsync(t, "it", "eva@blocked.example")),
        (Status.TemporaryAddress, t => AddAsync(t, "it", "eva@mailinator.com")),
        (Status.SpamRisk, async t =>
        {
            await AddAsync(t, "other", "grumpy@example.com");
            await ReachedAsync(t, "other", Status.Delivered);
            await TellAsync($"{{\"kind\":\"complaint\",\"tenant\":\"{t}\",\"id\":\"other\"}}");
            await AddAsync(t, "it", "grumpy@example.com");
        }),
        (Status.RecipientServerProblem, t => AddAsync(t, "it", "full@example.com")),
        (Status.Rejected, t => AddAsync(t, "it", "spam@example.com")),
    ];

    /// <summary>Those whose status follows from their settings.</summary>
    private static IEnumerable<JsonNode> Tenants() => new Dictionary<Status, string>
    {
        [Status.InternalError] = """{"uncertain":"hold"}""",
        [Status.NoCustomTemplate] = """{"plan":"standard"}""",
        [Status.CustomSenderNotAllowed] = """{"plan":"standard"}""",
        [Status.RemindersDisabled] = """{"reminders":false}""",
        [Status.FrequencyCapped] = """{"frequency":{"days":30}}""",
        [Status.LimitReached] = """{"monthlyLimit":1}""",
        [Status.KickstartExpired] = """{"kickstart":{"until":"2020-01-01","max":9}}""",
        [Status.KickstartUsedUp] = """{"kickstart":{"until":"2099-12-31","max":1}}""",
        [Status.ScheduledForLater] = """{"retry":{"schedule":["1h"]}}""",
        [Status.NoProductReviews] = """{"plan":"standard"}""",
        [Status.Blocked] = """{"blocked":true}""",
        [Status.DoubleOptInRequired] = """{"region":"DE"}""",
        [Status.RecipientServerProblem] = """{"retry":{"schedule":["1s"],"maxAge":"1s"}}""",
    }.Select(setting =>
    {
        var tenant = JsonNode.Parse(setting.Value)!;
        tenant["tenant"] = StatusCatalog.Code(setting.Key);
        return tenant;
    });

    private async Task DeliveredThenAsync(string tenant, string kind)
    {
        await AddAsync(tenant, "it");
        await ReachedAsync(tenant, "it", Status.Delivered);
        await TellAsync($"{{\"kind\":\"{kind}\",\"tenant\":\"{tenant}\",\"id\":\"it\"}}");
    }

    private async Task SentThenAnotherAsync(string tenant, string more)
    {
        await AddAsync(tenant, "other", more: more);
        await ReachedAsync(tenant, "other", Status.Delivered);
        await AddAsync(tenant, "it", more: more);
    }

    private async Task SameReferenceAsync(string tenant, string second)
    {
        await AddAsync(tenant, "other", "eva@example.com", ",\"referenceNumber\":\"order-1\"");
        await AddAsync(tenant, "it", second, ",\"referenceNumber\":\"order-1\"");
    }

    private Task AddAsync(string tenant, string id, string? email = null, string more = "") => PostAsync(
        $"/api/v1/tenants/{tenant}/invitations",
        $"{{\"id\":\"{id}\",\"recipient\":{{\"email\":\"{email ?? $"{id}.{tenant}@example.com"}\"}}{more}}}");

    private Task TellAsync(string told) => PostAsync("/api/v1/feedback", told);

    private async Task PostAsync(string path, string json)
    {
        using var answer = await _worker.PostAsync(path, json);
        Assert.True(answer.IsSuccessStatusCode, $"{path} {json}: {await answer.Content.ReadAsStringAsync()}");
    }

    private async Task RunAsync(params string[] arguments)
    {
        var (code, output) = await WorkerProcess.RunAsync(_site.Settings, arguments);
        Assert.True(code == 0, output);
    }

    private async Task<Core.Storage.InvitationRecord> ReachedAsync(string tenant, string id, Status status)
    {
        var last = "nothing";
        try
        {
            return await Eventually.GetAsync(
                async () =>
                {
                    var record = await _site.RecordAsync(tenant, id);
                    last = record is null ? "nothing" : string.Create(CultureInfo.InvariantCulture, $"{record.Status} ({record.Detail}) {JsonSerializer.Serialize(record.Trail)}");
                    return record?.Status == status ? record : null;
                },
                Patience,
                StatusCatalog.Code(status));
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{tenant}/{id}: {exception.Message}; it is {last}; the worker wrote: {_worker.Output}", exception);
        }
    }

    private void WriteTemplate(string id, string text, bool custom)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "templates", "_shared", id)).FullName;
        File.WriteAllText(Path.Combine(folder, "template.yaml"), $"type: service\ncustom: {(custom ? "true" : "false")}\nlocale: en\n");
        File.WriteAllText(Path.Combine(folder, "subject.txt"), "How was it?\n");
        File.WriteAllText(Path.Combine(folder, "body.txt"), text + "\n");
    }
}
