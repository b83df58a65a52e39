using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Worker.Tests.Commands;

public sealed class ControlCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public ControlCommandTests() => _cli.Destinations.Put("gmail", "gmail.com");

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("--tenant acme", """{"scope":"tenant","name":"acme","paused":true}""")]
    [InlineData("--destination gmail", """{"scope":"destination","name":"gmail","paused":true}""")]
    [InlineData("--all", """{"scope":"all","name":null,"paused":true}""")]
    public async Task Pause_AnyScopeTwice_IsPausedOnce(string scope, string expected)
    {
        Assert.Equal(0, await _cli.RunAsync(["pause", .. scope.Split(' '), "--json"]));
        Assert.Equal(expected, _cli.Lines[^1]);
        Assert.Equal(0, await _cli.RunAsync(["pause", .. scope.Split(' ')]));
        Assert.Contains("on the wire", _cli.Out, StringComparison.Ordinal);

        Assert.Single(await _cli.Control.ListAsync(CancellationToken.None));
        Assert.Equal(0, await _cli.RunAsync(["resume", .. scope.Split(' ')]));
        Assert.Equal(0, await _cli.RunAsync(["resume", .. scope.Split(' ')]));
        Assert.Empty(await _cli.Control.ListAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("pause --list")]
    public async Task Pause_WithoutScope_ListsWhatIsPausedOrLimited(string line)
    {
        await _cli.RunAsync("pause", "--tenant", "acme");
        await _cli.RunAsync("destinations", "limit", "gmail", "--per-second", "2.5", "--concurrency", "4");

        Assert.Equal(0, await _cli.RunAsync([.. line.Split(' '), "--json"]));

        Assert.Equal(
            [
                """{"scope":"tenant","name":"acme","pausedAt":"2026-11-22T10:00:00+00:00","rate":null,"concurrency":null,"weight":null}""",
                """{"scope":"destination","name":"gmail","pausedAt":null,"rate":{"perSecond":2.5,"burst":3},"concurrency":4,"weight":null}""",
            ],
            _cli.Lines);
        await _cli.RunAsync(line.Split(' '));
        Assert.Contains("tenant/acme", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("2026-11-22 10:00:00", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("2.5/s, burst 3", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pause_NothingPaused_SaysSo()
    {
        Assert.Equal(0, await _cli.RunAsync("pause"));
        Assert.Contains("Nothing is paused", _cli.Out, StringComparison.Ordinal);
        Assert.Equal(0, await _cli.RunAsync("pause", "--json"));
        Assert.Empty(_cli.Out);
    }

    [Fact]
    public async Task Resume_OtherPausesHold_NamesThem()
    {
        await _cli.RunAsync("pause", "--all");
        await _cli.RunAsync("pause", "--tenant", "acme");

        await _cli.RunAsync("resume", "--all");

        Assert.Contains("Paused still: tenant/acme.", _cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pause --destination gmial", "did you mean gmail?")]
    [InlineData("pause --destination other", "'dispatcher destinations list'")]
    [InlineData("destinations limit gmial --per-second 1", "did you mean gmail?")]
    public async Task PauseOrLimit_UnknownGroup_IsNo(string line, string expected)
    {
        Assert.Equal(1, await _cli.RunAsync(line.Split(' ')));

        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
        Assert.Empty(await _cli.Control.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task ResumeOrClear_GroupThatWasRemoved_IsFine()
    {
        await _cli.RunAsync("pause", "--destination", "gmail");
        await _cli.RunAsync("destinations", "remove", "gmail");

        Assert.Equal(0, await _cli.RunAsync("resume", "--destination", "gmail"));
        Assert.Equal(0, await _cli.RunAsync("destinations", "limit", "gmail", "--clear"));
    }

    [Fact]
    public async Task Limit_Tenant_SetsShowsReplacesAndClears()
    {
        var acme = QueueScope.Tenant("acme");

        Assert.Equal(0, await _cli.RunAsync("tenants", "limit", "acme", "--per-second", "0.5", "--weight", "2", "--json"));
        Assert.Equal(
            """{"scope":"tenant","name":"acme","pausedAt":null,"rate":{"perSecond":0.5,"burst":1},"concurrency":null,"weight":2}""", _cli.Lines[^1]);

        await _cli.RunAsync("tenants", "limit", "acme", "--per-second", "10", "--burst", "50", "--concurrency", "7");
        Assert.Equal(new TemporaryLimits { Rate = new TenantRate(10, 50), Concurrency = 7 }, _cli.Control[acme]!.Limits);

        Assert.Equal(0, await _cli.RunAsync("tenants", "limit", "acme"));
        Assert.Equal("tenant/acme: 10/s, burst 50; concurrency 7", _cli.Out.Trim());

        Assert.Equal(0, await _cli.RunAsync("tenants", "limit", "acme", "--clear"));
        Assert.Equal("tenant/acme: no temporary limits", _cli.Out.Trim());
        Assert.Equal(0, await _cli.RunAsync("tenants", "limit", "acme", "--clear"));
        Assert.Null(_cli.Control[acme]);
    }

    [Fact]
    public async Task Limit_ThenApply_StaysInForce()
    {
        await _cli.RunAsync("tenants", "limit", "acme", "--concurrency", "7");

        await _cli.RunAsync("tenants", "apply", "-f", _cli.File("acme.yaml", "tenant: acme\nconcurrency: 100\n"));

        Assert.Equal(7, _cli.Control[QueueScope.Tenant("acme")]!.Limits!.Concurrency);
    }

    [Theory]
    [InlineData("tenants limit acme --per-second 0", "--per-second")]
    [InlineData("tenants limit acme --per-second 100001", "--per-second")]
    [InlineData("tenants limit acme --per-second NaN", "--per-second")]
    [InlineData("tenants limit acme --per-second many", "--per-second")]
    [InlineData("tenants limit acme --per-second 1 --burst 0", "--burst")]
    [InlineData("tenants limit acme --burst 5", "--per-second")]
    [InlineData("tenants limit acme --concurrency 0", "--concurrency")]
    [InlineData("tenants limit acme --weight 1001", "--weight")]
    [InlineData("tenants limit acme --clear --weight 1", "--clear")]
    [InlineData("tenants limit Acme --weight 1", "Acme")]
    [InlineData("destinations limit gmail --weight 1", "--weight")]
    [InlineData("pause --all --tenant acme", "one of")]
    [InlineData("pause --destination gmail --tenant acme", "one of")]
    [InlineData("pause --list --tenant acme", "--list")]
    [InlineData("pause --tenant Acme", "Acme")]
    [InlineData("resume", "dispatcher pause")]
    [InlineData("resume --all --tenant acme", "one of")]
    public async Task Invoke_WrongUsage_IsTwoAndChangesNothing(string line, string expected)
    {
        Assert.Equal(2, await _cli.RunAsync(line.Split(' ')));

        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Out);
        Assert.Empty(await _cli.Control.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Limit_SeveralMistakes_AreAllReported()
    {
        Assert.Equal(2, await _cli.RunAsync("tenants", "limit", "acme", "--per-second", "0", "--concurrency", "0", "--weight", "0"));

        Assert.All(new[] { "--per-second", "--concurrency", "--weight" }, option => Assert.Contains(option, _cli.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pause_RedisAway_IsThree()
    {
        _cli.Control.Away = true;

        Assert.Equal(3, await _cli.RunAsync("pause", "--tenant", "acme"));
    }
}
