using Dispatcher.TestKit.Processes;

[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(Dispatcher.Redis.Tests.RedisFixture))]

namespace Dispatcher.Redis.Tests;

/// <summary>One real Redis for the whole assembly; each test uses tenants, ids and workers of its own, or flushes in <see cref="Engine"/>.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    public RedisServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RedisServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
