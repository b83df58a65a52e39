using Dispatcher.Core.Storage;

namespace Dispatcher.Core.Tests.Storage;

public sealed class TwoCallsTests
{
    private readonly TwoCalls _calls = new();
    private readonly TaskCompletionSource _first = new();
    private readonly TaskCompletionSource _second = new();

    [Fact]
    public async Task AddAsync_OneIsUnderWay_WaitsForItAndNotForTheNewOne()
    {
        Assert.True(_calls.AddAsync(_first.Task).IsCompletedSuccessfully);
        var added = _calls.AddAsync(_second.Task);
        Assert.False(added.IsCompleted);

        _first.SetResult();
        await added;

        Assert.Same(_second.Task, _calls.Last);
        Assert.False(_calls.Last.IsCompleted);
    }

    [Fact]
    public async Task AddAsync_TheOneBeforeFails_ThrowsThatOnceTheNewOneHasEnded()
    {
        await _calls.AddAsync(_first.Task);
        var added = _calls.AddAsync(_second.Task);
        _first.SetException(new InvalidOperationException("first"));
        Assert.False(added.IsCompleted);

        _second.SetException(new InvalidOperationException("second"));

        Assert.Equal("first", (await Assert.ThrowsAsync<InvalidOperationException>(() => added)).Message);
    }
}
