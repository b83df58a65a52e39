using Dispatcher.Core.Storage;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.Redis.Tests;

/// <summary>What counts as made only when a replica has it.</summary>
public sealed class ReplicationTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Add_ReplicaIsFrozen_IsRefusedUntilItIsBack()
    {
        await using var master = await RedisServer.StartAsync();
        await using var replica = await ReplicaAsync(master);
        await using var engine = Engine.Of(master.Configuration, new QueueOptions(), TimeSpan.FromSeconds(2), minReplicas: 1);
        Assert.Equal(AddResult.Accepted, await engine.AddAsync("acme", "a"));

        await replica.PauseAsync();
        var refused = await Assert.ThrowsAsync<StorageUnavailableException>(() => engine.AddAsync("acme", "b"));
        await replica.ContinueAsync();

        Assert.Contains("Redis:MinReplicas", refused.Message, StringComparison.Ordinal);
        Assert.Equal(AddResult.Duplicate, await engine.AddAsync("acme", "b"));
    }

    [Fact]
    public async Task Failover_MasterKilledWhileItAccepts_TheReplicaHasEveryAcceptedOne()
    {
        await using var master = await RedisServer.StartAsync();
        await using var replica = await ReplicaAsync(master);
        var accepted = new List<string>();
        await using (var engine = Engine.Of(master.Configuration, new QueueOptions(), TimeSpan.FromSeconds(2), minReplicas: 1))
        {
            var killed = Task.CompletedTask;
            for (var n = 0; accepted.Count == n * 50; n++)
            {
                try
                {
                    var batch = Enumerable.Range(n * 50, 50).Select(i => Engine.Invitation("acme", $"i{i}")).ToList();
                    await engine.Invitations.AddAsync(batch, "test", default);
                    accepted.AddRange(batch.Select(i => i.Id));
                }
                catch (StorageUnavailableException)
                {
                    break;
                }

                if (accepted.Count == 1000)
                {
                    killed = master.KillAsync();
                }
            }

            await killed;
        }

        await replica.CliAsync("REPLICAOF", "NO", "ONE");
        await using var after = Engine.Of(replica.Configuration, new QueueOptions());

        Assert.True(accepted.Count >= 1000);
        foreach (var id in accepted)
        {
            Assert.Single(await after.Invitations.FindAsync("acme", id, default));
        }
    }

    private static async Task<RedisServer> ReplicaAsync(RedisServer master)
    {
        var replica = await RedisServer.StartAsync("no", "--replicaof", $"127.0.0.1 {master.Port}", "--repl-diskless-sync-delay", "0");
        return await Eventually.GetAsync(
            async () => (await replica.CliAsync("INFO", "replication")).Contains("master_link_status:up", StringComparison.Ordinal) ? replica : null,
            Patience,
            "the replica to be in step");
    }
}
