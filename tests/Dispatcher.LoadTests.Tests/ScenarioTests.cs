using System.Text.Json;
using Dispatcher.LoadTests.Cli;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.LoadTests.Tests;

/// <summary>Each scenario once, at its smallest: none may rot, lose or repeat anything. Nothing here depends on speed.</summary>
public sealed class ScenarioTests
{
    [Theory]
    [InlineData("engine")]
    [InlineData("engine", "--pipeline", "--invitations", "500")]
    [InlineData("flat")]
    [InlineData("memory")]
    [InlineData("fairness")]
    [InlineData("fairness", "--simulate")]
    [InlineData("limits")]
    [InlineData("smtp")]
    [InlineData("path")]
    [InlineData("micro")]
    [InlineData("spf")]
    [InlineData("cancel")]
    [InlineData("cancel", "--always", "--staying", "64", "--only", "sends", "turn")]
    public async Task Invoke_Quick_AllChecksHoldAndEveryLineIsJson(params string[] arguments)
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "result.jsonl");

        var (code, output, error) = await RunAsync([.. arguments, "--quick", "--json", "--save", file]);

        Assert.True(code == ExitCode.Fine, $"exit code {code}: {error}\n{output}");
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(arguments[0], lines[0].GetProperty("scenario").GetString());
        Assert.All(new[] { "commit", "machine", "settings", "command" }, member => Assert.True(lines[0].TryGetProperty(member, out _), member));
        Assert.Contains(lines, l => l.GetProperty("kind").GetString() == "check");
        Assert.All(lines.Where(l => l.GetProperty("kind").GetString() == "figure"), l => Assert.Equal(JsonValueKind.Number, l.GetProperty("value").ValueKind));
        Assert.Equal(output.TrimEnd(), (await File.ReadAllTextAsync(file)).TrimEnd());
    }

    [Fact]
    public async Task Invoke_WithoutJson_ShowsATableWithTargets()
    {
        var (code, output, error) = await RunAsync("fairness", "--simulate", "--quick");

        Assert.True(code == ExitCode.Fine, error);
        Assert.Contains("≤ 250", output);
        Assert.Contains("holds: fair, alone: none lost", output);
    }

    [Fact]
    public async Task Invoke_RedisOfOthers_IsRefused()
    {
        var (code, _, error) = await RunAsync("engine", "--quick", "--redis", "192.0.2.1:6379");

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("only 127.0.0.1", error);
    }

    [Fact]
    public async Task Invoke_RedisWithData_IsRefusedAndLeftAlone()
    {
        await using var server = await RedisServer.StartAsync();
        await server.CommandAsync("SET mine 1");

        var (code, _, error) = await RunAsync("engine", "--quick", "--redis", server.Configuration);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("holds 1 keys", error);
        Assert.Equal(":1", await server.CommandAsync("DBSIZE"));
    }

    [Fact]
    public async Task Invoke_GivenEmptyRedis_IsEmptyAfterwards()
    {
        await using var server = await RedisServer.StartAsync();

        var (code, _, error) = await RunAsync("engine", "--quick", "--invitations", "300", "--redis", server.Configuration);

        Assert.True(code == ExitCode.Fine, error);
        Assert.Equal(":0", await server.CommandAsync("DBSIZE"));
    }

    [Theory]
    [InlineData("engine", "--invitations", "0")]
    [InlineData("engine", "--invitations", "many")]
    [InlineData("speed")]
    public async Task Invoke_Mistaken_SaysSoOnStandardError(params string[] arguments)
    {
        var (code, output, error) = await RunAsync(arguments);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Equal("", output);
        Assert.NotEqual("", error);
    }

    [Theory]
    [InlineData("engine")]
    [InlineData("flat")]
    [InlineData("memory")]
    [InlineData("fairness")]
    [InlineData("limits")]
    [InlineData("smtp")]
    [InlineData("path")]
    [InlineData("micro")]
    [InlineData("cancel")]
    public async Task Help_OfAScenario_HasExamples(string scenario)
    {
        var (code, output, _) = await RunAsync(scenario, "--help");

        Assert.Equal(ExitCode.Fine, code);
        Assert.Contains($"loadtests/run {scenario}", output);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter();
        var code = await new LoadTestApplication(output, error).InvokeAsync(arguments, CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
