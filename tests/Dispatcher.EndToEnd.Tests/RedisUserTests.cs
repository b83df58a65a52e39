using Dispatcher.TestKit.Processes;

namespace Dispatcher.EndToEnd.Tests;

/// <summary>The Redis user of docs/operations.md may do what is needed; Redis' own log of refusals says whether anything more was asked for.</summary>
public sealed class RedisUserTests
{
    private const string Rule = "ACL SETUSER dispatcher on >PASSWORD ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Worker_AsTheDocumentedUser_IsRefusedNothing()
    {
        await using var redis = await RedisServer.StartAsync("always");
        await CreateUserAsync(redis);
        await using var site = await Site.OnAsync($"{redis.Configuration},user=dispatcher,password=secret-4711");
        await site.AddWorkerAsync();
        await CommandAsync(site, "pause --tenant t1");
        await site.ProduceAsync(0, 500, tenants: 5);
        await site.ArriveAsync(400, Patience);

        foreach (var command in new[] { "doctor", "status", "history list --tenant t1", "cancel --tenant t1 --all --yes", "resume --tenant t1", "tenants limit t2 --per-second 1000", "block-list list" })
        {
            await CommandAsync(site, command);
        }

        await site.FinishedAsync(500, Patience);
        var refused = await redis.CliAsync("ACL", "LOG");
        Assert.True(refused.Trim().Length == 0, refused);
    }

    [Fact]
    public async Task Worker_WithTheWrongPassword_SaysThatItCannotUseRedis()
    {
        await using var redis = await RedisServer.StartAsync();
        await CreateUserAsync(redis);
        await redis.CliAsync("ACL", "SETUSER", "default", "off");
        await using var site = await Site.OnAsync(redis.Configuration, ("Redis__Configuration", $"{redis.Configuration},user=dispatcher,password=wrong-4711"));

        var (code, output) = await WorkerProcess.RunAsync(site.Settings, "status");

        Assert.NotEqual(0, code);
        Assert.Contains("Redis:Configuration", output, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-4711", output, StringComparison.Ordinal);
    }

    private static async Task CommandAsync(Site site, string command)
    {
        var (code, output) = await WorkerProcess.RunAsync(site.Settings, command.Split(' '));
        Assert.True(code == 0, $"{command}: {output}");
    }

    private static async Task CreateUserAsync(RedisServer redis)
    {
        var document = await File.ReadAllLinesAsync(Path.Combine(WorkerProcess.Root, "docs", "operations.md"));
        var rule = Assert.Single(document, line => line.StartsWith(Rule, StringComparison.Ordinal));
        Assert.Equal("OK", (await redis.CliAsync(rule.Replace("PASSWORD", "secret-4711", StringComparison.Ordinal).Split(' '))).Trim());
    }
}
