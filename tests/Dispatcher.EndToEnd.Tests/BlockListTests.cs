using Dispatcher.Core.Statuses;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.EndToEnd.Tests;

/// <summary>A block list that changes while a worker runs.</summary>
public sealed class BlockListTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Run_DomainAddedAndRemoved_IsBlockedMeanwhileWithoutARestart()
    {
        await using var site = await Site.StartAsync();
        var worker = await site.AddWorkerAsync();
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{worker.Port}/") };
        var token = TestContext.Current.CancellationToken;

        (await http.PutAsync("api/v1/block-list/changing.example", null, token)).EnsureSuccessStatusCode();
        var first = await UntilAsync(site, 0, Status.BlockedDomain);
        (await http.DeleteAsync("api/v1/block-list/changing.example", token)).EnsureSuccessStatusCode();
        var later = await UntilAsync(site, first + 1, Status.Delivered);

        Assert.Equal("the recipient's domain is on the block list", (await site.RecordAsync("t0", $"n{first}"))!.Detail);
        Assert.Null((await site.RecordAsync("t0", $"n{later}"))!.Detail);
    }

    /// <summary>Sends to the domain again and again until one ends as wanted; returns which.</summary>
    private static async Task<int> UntilAsync(Site site, int from, Status wanted)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        for (var i = from; TimeProvider.System.GetElapsedTime(deadline) < Patience; i++)
        {
            await site.ProduceAsync(i, 1, tenants: 1, address: n => $"n{n}@mail.changing.example");
            var status = Status.Unset;
            await Eventually.GetAsync(
                async () => await site.RecordAsync("t0", $"n{i}") is { } record && StatusCatalog.Get(status = record.Status).IsFinal ? record : null,
                Patience,
                "the invitation to be done");
            if (status == wanted)
            {
                return i;
            }
        }

        throw new TimeoutException($"none ended as {wanted}");
    }
}
