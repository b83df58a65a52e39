using Microsoft.Extensions.Options;

namespace Dispatcher.Redis.Tests;

public sealed class WorkerNameTests
{
    /// <summary>A worker that crashes and comes back must be missed, or what kills it comes back with it for ever.</summary>
    [Theory]
    [InlineData("pod-1")]
    [InlineData("")]
    public void Value_TwoStartsWithTheSameSettings_Differ(string given)
    {
        var options = Options.Create(new QueueOptions { WorkerName = given });

        var (first, second) = (new WorkerName(options).Value, new WorkerName(options).Value);

        Assert.NotEqual(first, second);
        Assert.Matches($"^{(given.Length > 0 ? given : "[A-Za-z0-9.-]+-[0-9]+")}-[0-9a-f]{{6}}$", first);
    }
}
