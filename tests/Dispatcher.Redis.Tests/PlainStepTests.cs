using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Tenants;
using StackExchange.Redis;

namespace Dispatcher.Redis.Tests;

/// <summary>
/// Most starts and outcomes are put together as text (<c>lib/plain.lua</c>), the others step by step (<c>lib/steps.lua</c>). Here the same story is
/// told to both, and must leave the same behind. A call that names a key twice goes the second way.
/// </summary>
public sealed class PlainStepTests(RedisFixture redis)
{
    private static readonly Step Nobodys = new() { Kind = StepKind.Back, Attempt = 0, Key = new string('n', 22) };

    [Theory]
    [InlineData(Status.Delivered, "250 2.0.0 ok queued as 4D2", "relay:25", false)]
    [InlineData(Status.Rejected, "550 5.7.1 no", null, false)]
    [InlineData(Status.Delivered, null, null, false)]
    [InlineData(Status.Delivered, "250 2.0.0 ok queued as 4D2", "relay:25", true)]
    public async Task Advance_PlainOrNot_LeavesTheSame(Status status, string? reply, string? takenBy, bool limited)
    {
        var plain = await TellAsync(apart: false, status, reply, takenBy, limited);
        var apart = await TellAsync(apart: true, status, reply, takenBy, limited);

        Assert.Equal(plain, apart);
        Assert.Contains(plain, line => line.StartsWith("state", StringComparison.Ordinal) && line.Contains("\tsending\tw1\t", StringComparison.Ordinal));
        Assert.Equal(6, plain.Count(line => line.StartsWith("event", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Start_SuppressedMeanwhile_IsToldAndNotStarted()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 3);
        var claimed = (await lane.ClaimAsync(1, 3, default)).Entries;
        await engine.Suppression.SuppressAsync("acme", "i1@example.com", "opt-out", null, default);

        var answers = await Engine.StartAsync(lane, claimed);

        Assert.Equal([StepAnswerKind.Ok, StepAnswerKind.Changed, StepAnswerKind.Ok], answers.Select(a => a.Kind));
        Assert.Equal("opt-out", answers[1].Facts!.SuppressedReason);
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Advance_TheSameStartTwiceInACall_StartsOnce()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.AddManyAsync("acme", 1);
        var claimed = (await lane.ClaimAsync(1, 1, default)).Entries[0];

        var answers = await lane.AdvanceAsync([Engine.Start(claimed), Engine.Start(claimed), Engine.Done(claimed), Engine.Done(claimed)], default);

        Assert.Equal([StepAnswerKind.Ok, StepAnswerKind.Ok, StepAnswerKind.Ok, StepAnswerKind.Stale], answers.Select(a => a.Kind));
        Assert.Equal(1, await engine.NumberAsync("t:acme", "delivered"));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Start_MonthlyLimitWithinOneCall_OverTwoFlows_IsHeld()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.Destinations.ApplyAsync(new() { Group = "box", Domains = ["box.example"] }, default);
        await engine.AddManyAsync("acme", 3);
        await engine.AddManyAsync("acme", 3, "box.example", "b");
        var claimed = (await lane.ClaimAsync(1, 6, default)).Entries;

        var answers = await lane.AdvanceAsync([.. claimed.Select(c => Engine.Start(c) with { Month = "2026-11", MonthlyLimit = 4 })], default);

        Assert.Equal(4, answers.Count(a => a.Kind == StepAnswerKind.Ok));
        Assert.All(answers.Where(a => a.Kind != StepAnswerKind.Ok), a => Assert.Equal(4, a.Facts!.Months["2026-11"]));
        await engine.AssertInOrderAsync();
    }

    [Fact]
    public async Task Start_OfAnotherWorkers_IsGone()
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        using var other = engine.Lane("w2");
        await engine.AddManyAsync("acme", 1);
        var claimed = (await lane.ClaimAsync(1, 1, default)).Entries[0];

        Assert.Equal(StepAnswerKind.Gone, (await Engine.StepAsync(other, Engine.Start(claimed))).Kind);
        Assert.Equal(StepAnswerKind.Ok, (await Engine.StepAsync(lane, Engine.Start(claimed))).Kind);
        await engine.AssertInOrderAsync();
    }

    /// <summary>Two tenants' invitations, started and ended; all that is left in Redis, moments aside.</summary>
    private async Task<List<string>> TellAsync(bool apart, Status status, string? reply, string? takenBy, bool limited)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var lane = engine.Lane("w1");
        await engine.StopClockAsync();
        if (limited)
        {
            await engine.Tenants.ApplyAsync(TenantSettings.Default("acme") with { MonthlyLimit = 5, Concurrency = 2 }, default);
            await engine.Destinations.ApplyAsync(new() { Group = "box", Domains = ["box.example"], Concurrency = 9 }, default);
        }

        await engine.AddManyAsync("acme", 1);
        await engine.AddManyAsync("other", 1, "box.example");
        var claimed = (await lane.ClaimAsync(1, 2, default)).Entries;
        Step[] twice = apart ? [Nobodys, Nobodys] : [];

        await lane.AdvanceAsync([.. claimed.Select(c => Engine.Start(c) with { Month = limited ? "2026-11" : null, MonthlyLimit = limited ? 5 : null }), .. twice], default);
        await lane.AdvanceAsync([.. claimed.Select(c => Engine.Done(c, status) with { Reply = reply, AcceptedBy = takenBy }), .. twice], default);

        await engine.AssertInOrderAsync();
        return await LeftAsync(engine);
    }

    private static async Task<List<string>> LeftAsync(Engine engine)
    {
        const string Lua = """
            local P, out = ARGV[1], {}
            local clock = redis.call('HGET', P .. 'lane', 'clock')
            local function say(...) out[#out + 1] = (string.gsub(table.concat({ ... }, ' '), clock, 'NOW')) end
            for _, name in ipairs(redis.call('KEYS', P .. 'state:*')) do say('state', name, redis.call('GET', name)) end
            for _, kind in ipairs({ 't:*', 'g:*' }) do
              for _, name in ipairs(redis.call('KEYS', P .. kind)) do
                local all = redis.call('HGETALL', name)
                for i = 1, #all, 2 do say('holder', name, all[i], all[i + 1]) end
              end
            end
            local lane = redis.call('HGETALL', P .. 'lane')
            for i = 1, #lane, 2 do say('lane', lane[i], lane[i + 1]) end
            for _, entry in ipairs(redis.call('XRANGE', P .. 'events', '-', '+')) do
              for i = 3, #entry[2], 2 do
                local tenant
                for line in string.gmatch(entry[2][i + 1], '[^\n]+') do
                  tenant = string.match(line, '^\t(.*)') or tenant
                  if string.sub(line, 1, 1) ~= '\t' then say('event', tenant, entry[2][i], line) end
                end
              end
            end
            for _, name in ipairs(redis.call('KEYS', P .. 'held:*')) do say('held', name) end
            for _, line in ipairs(redis.call('LRANGE', P .. 'ended', 0, -1)) do say('ended', line) end
            table.sort(out)
            return out
            """;
        var lane = engine.Lanes.All[0];
        return [.. (await engine.Redis.CallAsync(d => d.ScriptEvaluateAsync(Lua, [lane.Lane], [lane.Prefix]), default)).Texts()];
    }
}
