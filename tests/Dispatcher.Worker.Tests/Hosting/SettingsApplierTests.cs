using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Files;
using Dispatcher.Worker.Hosting;
using Dispatcher.Worker.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Worker.Tests.Hosting;

public sealed class SettingsApplierTests : IDisposable
{
    private readonly TestCli _cli = new();
    private readonly FakeDestinationStore _store = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task StartAsync_RedisAwayAtFirst_TriesAgainEachSecond()
    {
        _store.AwayFor = 2;

        var start = CreateSut(_cli.File("d.yaml", "group: gmail\ndomains: [gmail.com]\n")).StartAsync(CancellationToken.None);
        Assert.False(start.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        await start.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.True(_store.Groups.ContainsKey("gmail"));
    }

    [Fact]
    public async Task StartAsync_RedisStaysAway_FailsInTheEnd()
    {
        _store.AwayFor = int.MaxValue;

        var start = CreateSut(_cli.File("d.yaml", "group: gmail\ndomains: [gmail.com]\n")).StartAsync(CancellationToken.None);
        for (var second = 0; second < 30; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await Assert.ThrowsAsync<StorageUnavailableException>(() => start.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task StartAsync_NoPath_AsksNobody()
    {
        _store.AwayFor = int.MaxValue;

        await CreateSut("").StartAsync(CancellationToken.None);
    }

    [Fact]
    public async Task StartAsync_BrokenFile_NamesTheSetting()
    {
        var exception = await Assert.ThrowsAsync<UsageException>(
            () => CreateSut(_cli.File("d.yaml", "group: gmail\n")).StartAsync(CancellationToken.None));

        Assert.StartsWith("Destinations:Path: ", exception.Message, StringComparison.Ordinal);
    }

    private SettingsApplier<Core.Destinations.DestinationGroup> CreateSut(string path) => new(
        "Destinations:Path",
        path,
        SettingsFormat.Destinations,
        _store.ApplyAsync,
        _time,
        NullLogger<SettingsApplier<Core.Destinations.DestinationGroup>>.Instance);
}
