using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Worker.Tests.Http;

public sealed class HttpDoorTests : IAsyncLifetime
{
    private const string Path = "/api/v1/tenants/acme/invitations";
    private HttpDoorFixture _door = null!;

    public async ValueTask InitializeAsync() => _door = await HttpDoorFixture.StartAsync();

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    [Fact]
    public async Task Post_OneObject_IsAcceptedAndRepeatable()
    {
        var first = await PostAsync("""{"id":"1","recipient":{"email":"e@example.com"}}""");
        var second = await PostAsync("""{"id":"1","recipient":{"email":"e@example.com"}}""");

        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        Assert.Equal("""{"accepted":1,"duplicates":0,"rejected":[],"ids":["1"]}""", first.Body);
        Assert.Equal("""{"accepted":0,"duplicates":1,"rejected":[],"ids":["1"]}""", second.Body);
        Assert.Equal("http", _door.Cli.Store.LastBy);
    }

    [Fact]
    public async Task Post_KnownIdWithOtherContent_IsConflict()
    {
        await PostAsync("""{"id":"1","recipient":{"email":"e@example.com"}}""");

        var answer = await PostAsync("""{"id":"1","recipient":{"email":"other@example.com"}}""");

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains("\"reason\"", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_Lines_AnswersForEach()
    {
        var lines = "{\"id\":\"1\",\"recipient\":{\"email\":\"e@example.com\"}}\n\nnonsense\n{\"id\":\"2\",\"recipient\":{\"email\":\"e@example.com\"}}\n";

        var answer = await PostAsync(lines, "application/x-ndjson");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        var json = JsonDocument.Parse(answer.Body).RootElement;
        Assert.Equal(2, json.GetProperty("accepted").GetInt32());
        Assert.Equal(3, json.GetProperty("rejected")[0].GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task Post_ConflictBetweenBadLines_AnswersInTheirOrder()
    {
        await PostAsync("""{"id":"1","recipient":{"email":"e@example.com"}}""");

        var answer = await PostAsync("nonsense\n{\"id\":\"1\",\"recipient\":{\"email\":\"other@example.com\"}}\nnonsense\n", "application/x-ndjson");

        Assert.Equal([1, 2, 3], JsonDocument.Parse(answer.Body).RootElement.GetProperty("rejected").EnumerateArray().Select(line => line.GetProperty("line").GetInt32()));
    }

    [Fact]
    public async Task Post_LineWithHalfASurrogatePair_CostsOnlyThatLine()
    {
        var lines = "{\"\\ud800\":1,\"id\":\"1\",\"recipient\":{\"email\":\"e@example.com\"}}\n{\"id\":\"2\",\"recipient\":{\"email\":\"e@example.com\",\"n\\udc00\":1}}\n"
            + "{\"id\":\"3\",\"recipient\":{\"email\":\"e@example.com\"}}\n";

        var answer = await PostAsync(lines, "application/x-ndjson");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(["3"], Ids(answer.Body));
        Assert.Equal(2, JsonDocument.Parse(answer.Body).RootElement.GetProperty("rejected").GetArrayLength());
    }

    [Theory]
    [InlineData(1_000, null)]
    [InlineData(1_001, 1)]
    [InlineData(50_000, 49_000)]
    public async Task Post_ManyBadLines_KeepsTheFirstReasonsAndCountsTheOthers(int bad, int? more)
    {
        var lines = string.Concat(Enumerable.Repeat("1\n", bad)) + "{\"id\":\"2\",\"recipient\":{\"email\":\"e@example.com\"}}\n";

        var answer = await PostAsync(lines, "application/x-ndjson");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(["2"], Ids(answer.Body));
        var json = JsonDocument.Parse(answer.Body).RootElement;
        Assert.Equal(Enumerable.Range(1, 1_000), json.GetProperty("rejected").EnumerateArray().Select(line => line.GetProperty("line").GetInt32()));
        Assert.Equal(more, json.TryGetProperty("moreRejected", out var count) ? count.GetInt32() : null);
    }

    [Fact]
    public async Task Post_ConflictsBeyondTheKeptReasons_AreStillAConflict()
    {
        var lines = string.Concat(Enumerable.Range(1, 1_500).Select(i => $"{{\"id\":\"{i}\",\"recipient\":{{\"email\":\"e@example.com\"}}}}\n"));
        await PostAsync(lines, "application/x-ndjson");

        var answer = await PostAsync(lines.Replace("e@", "o@", StringComparison.Ordinal), "application/x-ndjson");

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains("\"moreRejected\":500", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_WithoutIdAndKey_SaysToSendEither()
    {
        var answer = await PostAsync("""{"recipient":{"email":"e@example.com"}}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("Idempotency-Key", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_WithIdempotencyKey_DerivesTheSameIdsAgain()
    {
        const string Lines = "{\"recipient\":{\"email\":\"e@example.com\"}}\n{\"recipient\":{\"email\":\"e@example.com\"}}\n";

        var first = await PostAsync(Lines, "application/x-ndjson", "order-batch-7");
        var second = await PostAsync(Lines, "application/x-ndjson", "order-batch-7");
        var other = await PostAsync(Lines, "application/x-ndjson", "order-batch-8");

        Assert.Equal(Ids(first.Body), Ids(second.Body));
        Assert.Contains("\"duplicates\":2", second.Body, StringComparison.Ordinal);
        Assert.Contains("\"accepted\":2", other.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("[]", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("", "application/x-ndjson", HttpStatusCode.BadRequest)]
    [InlineData("{}", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("{\"tenant\":\"beta\",\"id\":\"1\",\"recipient\":{\"email\":\"e@example.com\"}}", "application/json", HttpStatusCode.BadRequest)]
    public async Task Post_WhatIsNoInvitation_IsRefusedWithAReason(string body, string type, HttpStatusCode expected)
    {
        var answer = await PostAsync(body, type);

        Assert.Equal(expected, answer.Status);
        Assert.Contains("\"reason\"", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_TooLargeBody_IsRefused()
    {
        var answer = await PostAsync(new string(' ', (10 * 1024 * 1024) + 1), "application/x-ndjson");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        Assert.EndsWith("10 MB; send it in parts.\"}", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_TooLargeBodyWrittenBeforeTheAnswerIsRead_IsTold()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_door.Client.BaseAddress!.Host, _door.Client.BaseAddress.Port);
        var stream = client.GetStream();
        var body = new byte[3 * 10 * 1024 * 1024];

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {Path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: {body.Length}\r\n\r\n"));
        await stream.WriteAsync(body);

        using var reader = new StreamReader(stream, Encoding.ASCII);
        Assert.Equal("HTTP/1.1 413 Payload Too Large", await reader.ReadLineAsync());
    }

    [Fact]
    public async Task Post_TooLongLine_CostsOnlyThatLine()
    {
        var lines = $"{{\"id\":\"1\",\"x\":\"{new string('x', 300_000)}\"}}\n{{\"id\":\"2\",\"recipient\":{{\"email\":\"e@example.com\"}}}}\n";

        var answer = await PostAsync(lines, "application/x-ndjson");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.Equal(["2"], Ids(answer.Body));
    }

    [Fact]
    public async Task Post_SystemFull_AsksToComeBack()
    {
        _door.Cli.Store.Capacity = 1;
        var lines = string.Concat(Enumerable.Range(1, 3).Select(i => $"{{\"id\":\"{i}\",\"recipient\":{{\"email\":\"e@example.com\"}}}}\n"));

        using var response = await SendAsync(lines, "application/x-ndjson");

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal(["1"], Ids(await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Post_RedisAway_IsUnavailable()
    {
        _door.Cli.Store.AwayFromCall = 1;

        using var response = await SendAsync("""{"id":"1","recipient":{"email":"e@example.com"}}""");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Record_CanBeReadEditedAndCancelled()
    {
        await PostAsync("""{"id":"1","recipient":{"email":"e@example.com","name":"Eva"}}""");

        using var edited = await _door.Client.PatchAsJsonAsync(Path + "/1", new { recipient = new { name = "Eve" } });
        using var cancelled = await _door.Client.PostAsync(Path + "/1/cancel", null);
        using var late = await _door.Client.PatchAsJsonAsync(Path + "/1", new { recipient = new { name = "Ann" } });
        var record = await _door.Client.GetFromJsonAsync<JsonElement>(Path + "/1");
        using var released = await _door.Client.PostAsync(Path + "/1/release", null);
        using var unknown = await _door.Client.PostAsync(Path + "/2/release", null);
        var list = await _door.Client.GetFromJsonAsync<JsonElement>("/api/v1/invitations?tenant=acme&status=cancelled");

        Assert.Equal(HttpStatusCode.OK, edited.StatusCode);
        Assert.Equal("""{"matched":1,"cancelled":1,"tooLate":0}""", await cancelled.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, released.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("Eve", record.GetProperty("name").GetString());
        Assert.Equal(1, record.GetProperty("trail").GetArrayLength());
        Assert.Equal(1, list.GetProperty("invitations").GetArrayLength());
    }

    [Fact]
    public async Task Cancel_ManyIds_Counts()
    {
        await PostAsync("{\"id\":\"1\",\"recipient\":{\"email\":\"e@example.com\"}}\n{\"id\":\"2\",\"recipient\":{\"email\":\"e@example.com\"}}", "application/x-ndjson");

        using var answer = await _door.Client.PostAsJsonAsync(Path + "/cancel", new { ids = new[] { "1", "2", "3" } });

        Assert.Equal("""{"matched":2,"cancelled":2,"tooLate":0}""", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("""{"all":true}""", """{"matched":2,"cancelled":2,"tooLate":0}""")]
    [InlineData("""{"filter":{"recipientDomain":"Example.com","createdBefore":"2030-01-01"}}""", """{"matched":2,"cancelled":2,"tooLate":0}""")]
    [InlineData("""{"filter":{"type":"product"}}""", """{"matched":0,"cancelled":0,"tooLate":0}""")]
    public async Task Cancel_ByFilterOrAll_ConcernsTheTenantOnly(string body, string expected)
    {
        await PostAsync("{\"id\":\"1\",\"recipient\":{\"email\":\"e@example.com\"}}\n{\"id\":\"2\",\"recipient\":{\"email\":\"e@example.com\"}}", "application/x-ndjson");
        using var other = await _door.Client.PostAsJsonAsync(
            "/api/v1/tenants/beta/invitations", new { id = "1", recipient = new { email = "e@example.com" } });

        using var answer = await CancelAsync("acme", body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(expected, await answer.Content.ReadAsStringAsync());
        Assert.Equal("acme", _door.Cli.Store.LastFilter!.Tenant);
        Assert.Equal("http", _door.Cli.Store.LastBy);
        Assert.Equal("queued", (await _door.Client.GetFromJsonAsync<JsonElement>("/api/v1/tenants/beta/invitations/1")).GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("acme", "{}", "needs one of ids, filter and all")]
    [InlineData("acme", "nonsense", "")]
    [InlineData("acme", "null", "")]
    [InlineData("acme", "", "")]
    [InlineData("acme", """{"all":true,"force":true}""", "force: is not known")]
    [InlineData("acme", """{"filter":{"typ":"x","createdFrom":"y"}}""", "filter.createdFrom: must be an ISO 8601")]
    [InlineData("acme", """{"filter":{"tag":"\ud800"}}""", "filter.tag: ")]
    [InlineData("acme", """{"\ud800":1}""", "surrogate")]
    [InlineData("acme", """{"all":true,"all":true}""", "twice")]
    [InlineData("Acme", """{"all":true}""", "tenant")]
    public async Task Cancel_AnythingElse_IsRefusedWithAReason(string tenant, string body, string expected)
    {
        using var answer = await CancelAsync(tenant, body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var reason = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("reason").GetString()!;
        Assert.Contains(expected, reason, StringComparison.Ordinal);
        Assert.Null(_door.Cli.Store.LastFilter);
    }

    [Fact]
    public void Cancel_ByFilter_MayTakeTenMinutes()
    {
        var endpoint = _door.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .OfType<RouteEndpoint>().Single(route => route.RoutePattern.RawText == "/api/v1/tenants/{tenant}/invitations/cancel");

        Assert.Equal(TimeSpan.FromMinutes(10), endpoint.Metadata.GetMetadata<RequestTimeoutPolicy>()!.Timeout);
    }

    [Fact]
    public async Task Control_PauseAndResume_AreListedAndIdempotent()
    {
        for (var time = 0; time < 2; time++)
        {
            using var paused = await _door.Client.PostAsync(new Uri("/api/v1/tenants/acme/pause", UriKind.Relative), null);
            Assert.Equal(HttpStatusCode.NoContent, paused.StatusCode);
        }

        Assert.Equal(
            """{"scopes":[{"scope":"tenant","name":"acme","pausedAt":"2026-11-22T10:00:00+00:00","rate":null,"concurrency":null,"weight":null}]}""",
            await _door.Client.GetStringAsync(new Uri("/api/v1/control", UriKind.Relative)));
        for (var time = 0; time < 2; time++)
        {
            using var resumed = await _door.Client.PostAsync(new Uri("/api/v1/tenants/acme/resume", UriKind.Relative), null);
            Assert.Equal(HttpStatusCode.NoContent, resumed.StatusCode);
        }

        Assert.Equal("""{"scopes":[]}""", await _door.Client.GetStringAsync(new Uri("/api/v1/control", UriKind.Relative)));
    }

    [Theory]
    [InlineData("Acme", false, HttpStatusCode.BadRequest)]
    [InlineData("acme", true, HttpStatusCode.ServiceUnavailable)]
    public async Task Control_WhatCannotBe_IsRefused(string tenant, bool away, HttpStatusCode expected)
    {
        _door.Cli.Control.Away = away;

        using var answer = await _door.Client.PostAsync(new Uri($"/api/v1/tenants/{tenant}/pause", UriKind.Relative), null);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("""{"recipient":{"name":1}}""")]
    [InlineData("""{"recipient":{"name":"x","email":"y"}}""")]
    [InlineData("""{"name":"x"}""")]
    [InlineData("""{"recipient":{"name":"\ud800"}}""")]
    [InlineData("""{"recipient":{"n\udc00":"x"}}""")]
    [InlineData("""{"\ud800":{"name":"x"}}""")]
    [InlineData("""{"recipient":{"name":"x"},"recipient":{"name":"y"}}""")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    public async Task Patch_AnythingElse_IsRefused(string body)
    {
        using var answer = await _door.Client.PatchAsync(Path + "/1", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("\"reason\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>The measure is the door's: neither a letter with many marks nor a pair of surrogates counts otherwise than there.</summary>
    [Theory]
    [InlineData("e", "\u0301", 199, HttpStatusCode.OK)]
    [InlineData("e", "\u0301", 200, HttpStatusCode.BadRequest)]
    [InlineData("", "\U0001F600", 200, HttpStatusCode.OK)]
    [InlineData("", "\U0001F600", 201, HttpStatusCode.BadRequest)]
    public async Task Patch_Name_HasTheDoorsLength(string first, string then, int times, HttpStatusCode expected)
    {
        await PostAsync("""{"id":"1","recipient":{"email":"e@example.com"}}""");

        using var answer = await _door.Client.PatchAsJsonAsync(Path + "/1", new { recipient = new { name = first + string.Concat(Enumerable.Repeat(then, times)) } });

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Patch_TooLargeBody_IsRefused()
    {
        using var answer = await _door.Client.PatchAsync(
            Path + "/1", new StringContent("{\"recipient\":{\"name\":\"x\"}}" + new string(' ', 16 * 1024), Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Contains("\"reason\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/invitations?status=nonsense", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/invitations?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/invitations?limit=x", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/tenants/acme/invitations/none", HttpStatusCode.NotFound)]
    public async Task Get_WhatIsNotThere_IsRefused(string path, HttpStatusCode expected)
    {
        using var answer = await _door.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Health_FollowsRedis()
    {
        Assert.Equal(HttpStatusCode.OK, (await _door.Client.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode);

        _door.Cli.Status.Snapshot = null;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _door.Client.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _door.Client.GetAsync(new Uri("/health/live", UriKind.Relative))).StatusCode);
    }

    private static string[] Ids(string body) =>
        [.. JsonDocument.Parse(body).RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetString()!)];

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string body, string type = "application/json", string? key = null)
    {
        using var response = await SendAsync(body, type, key);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private Task<HttpResponseMessage> CancelAsync(string tenant, string body) => _door.Client.PostAsync(
        new Uri($"/api/v1/tenants/{tenant}/invitations/cancel", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));

    private Task<HttpResponseMessage> SendAsync(string body, string type = "application/json", string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(body, Encoding.UTF8, type) };
        // As large requests should: the server may refuse before the body is sent.
        request.Headers.ExpectContinue = body.Length > 1_000_000;
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return _door.Client.SendAsync(request);
    }
}
