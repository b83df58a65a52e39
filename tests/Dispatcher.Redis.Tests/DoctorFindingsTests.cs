using System.Text.RegularExpressions;
using Dispatcher.Core.States;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis.Tests;

public sealed partial class DoctorFindingsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    private static readonly RedisFacts Fine = RedisInfo.Facts(
        RedisInfo.Parse("# Server\r\nredis_version:7.0.15\r\nrun_id:1\r\nrole:master\r\naof_enabled:1\r\naof_last_write_status:ok\r\nmaxmemory_policy:noeviction\r\n"),
        "always",
        null);

    [Fact]
    public void Of_AllIsWell_FindsNothing() => Assert.Empty(Codes(Seen(Fine)));

    [Fact]
    public void Of_EachFault_HasACodeThatOperationsExplain()
    {
        QueueExamination[] wrong =
        [
            Seen(Fine with { Version = "6.2.1" }),
            Seen(Fine with { Role = "slave" }),
            Seen(Fine with { ClusterState = "fail" }),
            Seen(Fine with { MaxMemoryPolicy = "allkeys-lru" }),
            Seen(Fine with { AppendOnly = false }),
            Seen(Fine with { AppendFsync = "everysec" }),
            Seen(Fine with { WriteErrors = ["the last snapshot"] }),
            Seen(Fine with { OtherLibraries = ["dispatcher_0"] }),
            Seen(Fine with { MaxMemory = 100, UsedMemory = 91 }),
            Seen(Fine with { AheadOfHost = TimeSpan.FromSeconds(6) }),
            Seen(Fine) with { Agreed = new AgreedFacts("4", "2", 1, 2) },
            Seen(Fine, Lane with { Workers = [new("w1", TimeSpan.FromSeconds(6), 1), new("w2", TimeSpan.Zero, 0)] }),
            Seen(Fine, Lane with { ClockAhead = TimeSpan.FromSeconds(6), ClockAheadFor = TimeSpan.FromMinutes(1) }),
            Seen(Fine, Lane with { LongOverdue = 1 }),
            Seen(Fine, Lane with { SendingTooLong = 1 }),
            Seen(Fine, Lane with { Order = new ReconcileReport { Flows = 1 } }),
            Seen(Fine, Lane with { Order = new ReconcileReport { Unreadable = 1, UnreadableKeys = ["{d:00}:state:x"] } }),
            Seen(Fine, Lane with { Order = null, NotCompared = "MISCONF" }),
            Seen(Fine, Lane with { EventsKept = 2_000_000 }),
            Seen(Fine, Lane with { Workers = [], Overdue = 1 }),
            Seen(Fine) with { Door = Door with { Lag = 1, OldestUnread = TimeSpan.FromSeconds(11) } },
            Seen(Fine) with { Door = Door with { PendingLong = 1 } },
            Seen(Fine) with { Door = Door with { Rejected = 1 } },
            Seen(Fine) with { Scopes = [new ScopeState(QueueScope.All, Now.AddHours(-2), null)] },
        ];
        var page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "operations.md"));
        var section = page[page.IndexOf("## Doctor", StringComparison.Ordinal)..];
        var explained = Row().Matches(section[..section.IndexOf("\n## ", 4, StringComparison.Ordinal)]).Select(m => m.Groups[1].Value);

        Assert.All(wrong, seen => Assert.Single(Codes(seen)));
        Assert.Equal(explained.Order(StringComparer.Ordinal), wrong.SelectMany(Codes).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("aof_last_write_status:err", "the last write to the append-only file")]
    [InlineData("aof_last_bgrewrite_status:err", "the last rewrite of the append-only file")]
    [InlineData("rdb_last_bgsave_status:err", "the last snapshot")]
    public void Facts_WriteError_IsNamed(string line, string expected) => Assert.Equal([expected], RedisInfo.Facts(RedisInfo.Parse(line), null, null).WriteErrors);

    [Theory]
    [InlineData(5, null)]
    [InlineData(-5, null)]
    [InlineData(62, "62 s ahead of this host's: if Redis' is wrong, what is scheduled goes out too early by that")]
    [InlineData(-62, "62 s behind this host's: if Redis' is wrong, what is scheduled goes out too late by that")]
    public void Of_ClocksThatDiffer_SaysWhatComesOfIt(int ahead, string? expected)
    {
        var found = DoctorFindings.Of(Seen(Fine with { AheadOfHost = TimeSpan.FromSeconds(ahead) }), new QueueOptions(), Now);

        Assert.Equal(expected is null, found.Count == 0);
        Assert.All(found, f => Assert.Contains(expected!, f.What, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(61, true)]
    public void Of_Pause_IsWorthALineAfterAnHour(int minutes, bool found) =>
        Assert.Equal(found, Codes(Seen(Fine) with { Scopes = [new ScopeState(QueueScope.Tenant("acme"), Now.AddMinutes(-minutes), null)] }).Count > 0);

    [Theory]
    [InlineData(0, 500, false)]
    [InlineData(3, 500, true)]
    [InlineData(3, 10, false)]
    public void Of_EventsThatAreOld_AreWorthALineWhenTheyAreMany(int days, long entries, bool found) =>
        Assert.Equal(found, Codes(Seen(Fine, Lane with { EventsAge = TimeSpan.FromDays(days), EventEntries = entries })).Count > 0);

    private static LaneFacts Lane { get; } = new()
    {
        Lane = 0,
        At = Now,
        States = new Dictionary<State, long> { [State.Queued] = 3 },
        FlowsReady = 1,
        FlowsLimited = 0,
        Later = 0,
        Overdue = 0,
        LongOverdue = 0,
        NextDue = null,
        Workers = [new("w1", TimeSpan.FromSeconds(1), 1)],
        SendingTooLong = 0,
        EventEntries = 0,
        EventsKept = 0,
        EventsAge = TimeSpan.Zero,
        Rules = [],
        Order = new ReconcileReport(),
    };

    private static DoorFacts Door { get; } = new() { Entries = 0, Lag = 0, OldestUnread = TimeSpan.Zero, Readers = [], PendingLong = 0, Rejected = 0 };

    private static QueueExamination Seen(RedisFacts redis, LaneFacts? lane = null) => new()
    {
        Servers = [redis],
        Agreed = new AgreedFacts("1", "2", 1, 2),
        Lanes = [lane ?? Lane],
        Door = Door,
        Tenants = [],
        Scopes = [],
        Sizes = [],
        Findings = [],
    };

    private static IReadOnlyList<string> Codes(QueueExamination seen) => [.. DoctorFindings.Of(seen, new QueueOptions(), Now).Select(f => f.Code)];

    [GeneratedRegex("^\\| `([a-z-]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
