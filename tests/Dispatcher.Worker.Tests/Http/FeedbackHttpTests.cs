using System.Net;
using System.Text;
using System.Text.Json;
using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Tests.Http;

/// <summary>Feedback, and lists, over HTTP.</summary>
public sealed class FeedbackHttpTests : IAsyncLifetime
{
    private HttpDoorFixture _door = null!;

    public async ValueTask InitializeAsync() => _door = await HttpDoorFixture.StartAsync();

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    [Fact]
    public async Task Post_OneEvent_IsAcceptedAndRepeatable()
    {
        const string Event = """
            {"kind":"complaint","tenant":"acme",
             "id":"a1"}
            """;

        var first = await SendAsync(HttpMethod.Post, "/api/v1/feedback", Event, "application/json");
        var again = await SendAsync(HttpMethod.Post, "/api/v1/feedback", Event, "application/json");

        Assert.Equal((HttpStatusCode.Accepted, """{"changed":1,"noted":0,"stale":0,"rejected":[]}"""), first);
        Assert.Equal((HttpStatusCode.Accepted, """{"changed":0,"noted":0,"stale":1,"rejected":[]}"""), again);
    }

    [Fact]
    public async Task Post_Lines_AnswersForEach()
    {
        var (status, body) = await SendAsync(
            HttpMethod.Post, "/api/v1/feedback", "{\"kind\":\"review\",\"tenant\":\"acme\",\"recipient\":\"e@example.com\"}\n\n{}\n", "application/x-ndjson");

        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.Contains("\"noted\":1", body, StringComparison.Ordinal);
        Assert.Contains("\"line\":3", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_ManyBadLines_KeepsTheFirstReasonsAndCountsTheOthers()
    {
        var lines = "{\"\\ud800\":1}\n" + string.Concat(Enumerable.Repeat("1\n", 4_999));

        var (status, body) = await SendAsync(HttpMethod.Post, "/api/v1/feedback", lines, "application/x-ndjson");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        var json = JsonDocument.Parse(body).RootElement;
        Assert.Equal(1_000, json.GetProperty("rejected").GetArrayLength());
        Assert.Equal(4_000, json.GetProperty("moreRejected").GetInt32());
    }

    [Theory]
    [InlineData("/api/v1/feedback", "{}", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/feedback", "{}", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("/api/v1/feedback?tenant=ACME", "{}", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/feedback?tenant=acme", """{"kind":"complaint","tenant":"other","id":"a1"}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/feedback?tenant=acme", """{"kind":"unsubscribe","recipient":"e@example.com","scope":"all"}""", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/feedback?tenant=acme", """{"kind":"complaint","id":"a1"}""", "application/json", HttpStatusCode.Accepted)]
    public async Task Post_Request_IsAnswered(string path, string body, string type, HttpStatusCode expected)
    {
        var (status, _) = await SendAsync(HttpMethod.Post, path, body, type);

        Assert.Equal(expected, status);
    }

    [Fact]
    public async Task Put_AllowListOverTenMegabytes_IsReadAsItComes()
    {
        var csv = new StringBuilder("email\n");
        for (var i = 0; i < 400_000; i++)
        {
            csv.Append(System.Globalization.CultureInfo.InvariantCulture, $"recipient-number-{i}@example.com\n");
        }

        csv.Append("nobody\n");
        var (status, body) = await SendAsync(HttpMethod.Put, "/api/v1/tenants/acme/allow-list", csv.ToString(), "text/csv");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("{\"size\":400000,\"bad\":1,\"rejected\":[{\"line\":400002,", body, StringComparison.Ordinal);
        Assert.Equal("""{"size":400000}""", (await SendAsync(HttpMethod.Get, "/api/v1/tenants/acme/allow-list")).Body);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(HttpMethod.Delete, "/api/v1/tenants/acme/allow-list")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "/api/v1/tenants/acme/allow-list")).Status);
    }

    [Fact]
    public async Task Put_Skus_AreTheTenantsCatalogue()
    {
        await SendAsync(HttpMethod.Put, "/api/v1/tenants/acme/skus", "sku,name\nA-1,Car\n", "text/csv");

        Assert.Equal(["A-1"], _door.Cli.Lists.Lists[(TenantList.Skus, "acme")]);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Put, "/api/v1/tenants/ACME/skus", "A-1", "text/csv")).Status);
    }

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, type) };
        using var answer = await _door.Client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
