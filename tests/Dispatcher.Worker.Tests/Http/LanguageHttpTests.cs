using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Dispatcher.Worker.Tests.Http;

/// <summary>Status texts in the language that a request prefers.</summary>
public sealed class LanguageHttpTests
{
    private const string Path = "/api/v1/tenants/acme/invitations";

    [Theory]
    [InlineData(null, "en", "Queued")]
    [InlineData("sv", "sv", "I kö")]
    [InlineData("SV-se", "sv", "I kö")]
    [InlineData("de, sv;q=0.8, en;q=0.5", "sv", "I kö")]
    [InlineData("en;q=0.5, sv;q=0.8", "sv", "I kö")]
    [InlineData("sv;q=0, en;q=0.1", "en", "Queued")]
    [InlineData("en, sv", "en", "Queued")]
    [InlineData("*, sv;q=0.5", "en", "Queued")]
    [InlineData("sv, *;q=0.5", "sv", "I kö")]
    [InlineData("de", "en", "Queued")]
    [InlineData(";;q=nothing", "en", "Queued")]
    public async Task Get_AcceptLanguage_AnswersInWhatThereIsOfIt(string? accept, string language, string title)
    {
        await using var door = await HttpDoorFixture.StartAsync();
        using var one = new StringContent("""{"id":"1","recipient":{"email":"e@example.com"}}""", Encoding.UTF8, "application/json");
        (await door.Client.PostAsync(Path, one)).Dispose();
        using var request = new HttpRequestMessage(HttpMethod.Get, Path + "/1");
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Language", accept);
        }

        using var answer = await door.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal([language], answer.Content.Headers.ContentLanguage);
        Assert.Contains("Accept-Language", answer.Headers.Vary);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(title, json.GetProperty("title").GetString());
        Assert.NotEmpty(json.GetProperty("remedy").GetString()!);
    }
}
