using System.Net;
using System.Net.Http.Headers;
using Dispatcher.Worker.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Worker.Tests.Http;

public sealed class ApiKeyTests
{
    private const string Full = "full-access-key-0001";
    private const string Acme = "only-acme-key-000002";
    private static readonly string File = $"# keys\n{Full}\n\n{Acme} acme, acme-2  # the shop\n";

    [Theory]
    [InlineData(null, "/api/v1/invitations", HttpStatusCode.Unauthorized)]
    [InlineData("wrong-key-wrong-key", "/api/v1/invitations", HttpStatusCode.Unauthorized)]
    [InlineData(Full, "/api/v1/invitations", HttpStatusCode.OK)]
    [InlineData(Acme, "/api/v1/invitations?tenant=acme", HttpStatusCode.OK)]
    [InlineData(Acme, "/api/v1/invitations", HttpStatusCode.Forbidden)]
    [InlineData(Acme, "/api/v1/invitations?tenant=beta", HttpStatusCode.Forbidden)]
    [InlineData(Acme, "/api/v1/tenants/beta/invitations/1?tenant=acme", HttpStatusCode.Forbidden)]
    [InlineData(Full, "/api/v1/control", HttpStatusCode.OK)]
    [InlineData(Acme, "/api/v1/control", HttpStatusCode.Forbidden)]
    [InlineData(Acme, "/api/v1/control?tenant=acme", HttpStatusCode.Forbidden)]
    [InlineData(null, "/api/v1/control", HttpStatusCode.Unauthorized)]
    [InlineData(null, "/health/live", HttpStatusCode.OK)]
    [InlineData(null, "/metrics", HttpStatusCode.OK)]
    public async Task Request_WithKey_MayDoWhatTheKeyMay(string? key, string path, HttpStatusCode expected)
    {
        var cli = new TestCli();
        await using var door = await HttpDoorFixture.StartAsync(cli, ("Http:ApiKeysFile", cli.File("keys", File)));
        door.Client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);

        using var answer = await door.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData(Acme, "acme", HttpStatusCode.NoContent)]
    [InlineData(Acme, "beta", HttpStatusCode.Forbidden)]
    [InlineData(Full, "beta", HttpStatusCode.NoContent)]
    public async Task Pause_WithKey_ChangesWhatTheKeyMay(string key, string tenant, HttpStatusCode expected)
    {
        var cli = new TestCli();
        await using var door = await HttpDoorFixture.StartAsync(cli, ("Http:ApiKeysFile", cli.File("keys", File)));
        door.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

        using var answer = await door.Client.PostAsync(new Uri($"/api/v1/tenants/{tenant}/pause", UriKind.Relative), null);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Request_WithoutKey_IsRefusedBeforeItsBodyIsRead()
    {
        var cli = new TestCli();
        await using var door = await HttpDoorFixture.StartAsync(cli, ("Http:ApiKeysFile", cli.File("keys", File)));
        using var broken = new StringContent("{broken", System.Text.Encoding.UTF8, "application/json");

        using var answer = await door.Client.PatchAsync(new Uri("/api/v1/tenants/acme/invitations/1", UriKind.Relative), broken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public void Find_FileChanged_ReadsItAgainAndSurvivesABrokenOne()
    {
        using var cli = new TestCli();
        var path = cli.File("keys", Full + "\n");
        var time = new FakeTimeProvider();
        var keys = new ApiKeys(Options.Create(new HttpOptions { ApiKeysFile = path }), time, NullLogger<ApiKeys>.Instance);
        Assert.NotNull(keys.Find(Full));

        cli.File("keys", Full + "\n" + Acme + "\n");
        Assert.Null(keys.Find(Acme));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.NotNull(keys.Find(Acme));

        cli.File("keys", "short\n");
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.NotNull(keys.Find(Full));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", "", true)]
    [InlineData("http://localhost:8080;http://[::1]:8080", "", true)]
    [InlineData("http://0.0.0.0:8080", "", false)]
    [InlineData("http://*:8080", "", false)]
    [InlineData("http://127.0.0.1:8080;http://10.0.0.1:80", "", false)]
    [InlineData("https://127.0.0.1:8080", "", false)]
    [InlineData("nonsense", "", false)]
    [InlineData(";", "", false)]
    [InlineData("http://127.0.0.1:8080", "no-such-file", false)]
    public void Validator_AddressFromOutside_NeedsKeys(string urls, string file, bool expected)
    {
        var result = new HttpOptionsValidator().Validate(null, new HttpOptions { Urls = urls, ApiKeysFile = file });

        Assert.Equal(expected, result.Succeeded);
    }
}
