using Dispatcher.Core.Statuses;

namespace Dispatcher.Worker.Tests.Demo;

public sealed class DemoCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Demo_EverythingDone_ReportsEachStatusAndEnds()
    {
        _cli.Store.Outcome = invitation => invitation.TemplateId == "no-link" ? Status.MissingPlaceholder : Status.Delivered;

        var code = await _cli.RunAsync("demo", "--run", "r1", "--json");

        Assert.Equal(0, code);
        var json = _cli.Json;
        Assert.Equal(json.GetProperty("total").GetInt32(), json.GetProperty("done").GetInt32());
        Assert.True(json.GetProperty("total").GetInt32() > 2500);
        Assert.Equal(30, json.GetProperty("tenants").GetProperty("broken-garage").GetProperty("missing-placeholder").GetInt32());
        Assert.Equal(5, json.GetProperty("statuses").GetProperty("cancelled").GetInt32());
        Assert.Equal(3, _cli.Store.Records.Count(record => record.Invitation.SenderEmail == "reviews@old-store.example"));
        Assert.Equal(4, _cli.Tenants.Tenants.Count);
        Assert.True(_cli.Suppression.Suppressed.ContainsKey(("big-store", "unsubscribed@example.com")));
        Assert.All(_cli.Store.Records, record => Assert.StartsWith("r1-", record.Invitation.Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Demo_SecondRun_AddsItsOwn()
    {
        _cli.Store.Outcome = _ => Status.Delivered;
        await _cli.RunAsync("demo", "--run", "r1", "--json");
        var first = _cli.Store.Records.Count;

        Assert.Equal(0, await _cli.RunAsync("demo", "--run", "r2"));

        Assert.Equal(2 * first, _cli.Store.Records.Count);
        Assert.Contains("Try next:", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_TimeRunsOut_SaysWhatIsUnfinished()
    {
        _cli.Store.Outcome = invitation => invitation.Id.EndsWith("0007", StringComparison.Ordinal) ? Status.ScheduledForLater : Status.Delivered;

        var code = await _cli.RunAsync("demo", "--run", "r1", "--timeout", "1");

        Assert.Equal(1, code);
        Assert.Contains("not done: corner-cafe r1-demo-0007 is scheduled-for-later", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demo_NoSamples_IsUsageError() => Assert.Equal(2, await _cli.RunAsync("demo", "--samples", "nowhere"));
}
