using System.Net;
using System.Text;

namespace Dispatcher.Worker.Tests.Http;

/// <summary>The operators' block list over HTTP.</summary>
public sealed class BlockListHttpTests
{
    private const string Path = "/api/v1/block-list";

    [Fact]
    public async Task Put_File_ReplacesTheListAndTellsBadLines()
    {
        await using var door = await HttpDoorFixture.StartAsync();
        door.Cli.BlockList.Domains.Add("old.example");

        var (status, body) = await SendAsync(door, HttpMethod.Put, Path, "domain\na.example\nnodot\nb.example\n");

        Assert.Equal((HttpStatusCode.OK, """{"size":2,"bad":1,"rejected":[{"line":3,"reason":"the domain has no dot"}]}"""), (status, body));
        Assert.Equal((HttpStatusCode.OK, """{"size":2}"""), await SendAsync(door, HttpMethod.Get, Path));
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(door, HttpMethod.Delete, Path)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(door, HttpMethod.Delete, Path)).Status);
        Assert.Empty(door.Cli.BlockList.Domains);
    }

    [Fact]
    public async Task Put_TooMany_IsRefusedAndTheListStays()
    {
        await using var door = await HttpDoorFixture.StartAsync();
        door.Cli.BlockList.Domains.Add("old.example");

        var (status, _) = await SendAsync(door, HttpMethod.Put, Path, string.Concat(Enumerable.Range(0, 100_001).Select(i => $"d{i}.example\n")));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal(["old.example"], door.Cli.BlockList.Domains);
    }

    [Fact]
    public async Task OneDomain_AddedAndRemovedTwice_IsAndIsNotOnTheList()
    {
        await using var door = await HttpDoorFixture.StartAsync();

        for (var turn = 0; turn < 2; turn++)
        {
            Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(door, HttpMethod.Put, Path + "/a.example")).Status);
        }

        Assert.Equal((HttpStatusCode.OK, """{"domain":"mail.a.example","by":"a.example"}"""), await SendAsync(door, HttpMethod.Get, Path + "/mail.a.example"));
        for (var turn = 0; turn < 2; turn++)
        {
            Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(door, HttpMethod.Delete, Path + "/a.example")).Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(door, HttpMethod.Get, Path + "/mail.a.example")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(door, HttpMethod.Put, Path + "/nodot")).Status);
    }

    [Theory]
    [InlineData("GET", Path)]
    [InlineData("PUT", Path + "/a.example")]
    [InlineData("DELETE", Path)]
    public async Task AnyRequest_KeyOfCertainTenants_IsRefused(string method, string path)
    {
        var cli = new TestCli();
        var keys = cli.File("keys", "key-of-acme-alone-1 acme\nkey-of-everybody-1\n");
        await using var door = await HttpDoorFixture.StartAsync(cli, ("Http:ApiKeysFile", keys));

        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(door, HttpMethod.Parse(method), path + "?tenant=acme", key: "key-of-acme-alone-1")).Status);
        Assert.True((int)(await SendAsync(door, HttpMethod.Parse(method), path, key: "key-of-everybody-1")).Status < 300);
    }

    private static async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpDoorFixture door, HttpMethod method, string path, string? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "text/csv") };
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        using var answer = await door.Client.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
