using System.Globalization;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>The records in Redis. Changes go through scripts; reads are plain.</summary>
public sealed class RedisInvitationStore(
    RedisConnection redis, QueueLanes lanes, DestinationCache destinations, FilterSweep sweep, LaneBacklogs backlogs, IOptions<ChecksOptions> checks) : IInvitationStore
{
    // What one call may carry: about a millisecond of Redis' time.
    private const int MostPerCall = 64;
    private const int MostBytesPerCall = 4 * 1024 * 1024;
    private const int ScanPage = 1000;

    private readonly long _referenceMemory = (long)checks.Value.ReferenceMemory.TotalMilliseconds;

    public async ValueTask<IReadOnlyList<AddResult>> AddAsync(IReadOnlyList<NewInvitation> invitations, string by, CancellationToken cancellationToken)
    {
        await lanes.EnsureAgreedAsync(cancellationToken).ConfigureAwait(false);
        var groups = await destinations.CurrentAsync(cancellationToken).ConfigureAwait(false);
        await backlogs.LookAsync(cancellationToken).ConfigureAwait(false);
        var results = new AddResult[invitations.Count];
        var calls = new TwoCalls();
        foreach (var lane in Enumerable.Range(0, invitations.Count).GroupBy(i => lanes.Of(invitations[i].Tenant)))
        {
            // Tenant by tenant over all there are, so that few share a call: what is the same for many is said and counted once.
            var chunk = new List<int>();
            var bytes = 0;
            foreach (var index in lane.GroupBy(i => invitations[i].Tenant).SelectMany(tenant => tenant))
            {
                chunk.Add(index);
                bytes += invitations[index].Body.Length;
                if (chunk.Count == MostPerCall || bytes >= MostBytesPerCall)
                {
                    await calls.AddAsync(AddAsync(lane.Key, chunk)).ConfigureAwait(false);
                    (chunk, bytes) = ([], 0);
                }
            }

            if (chunk.Count > 0)
            {
                await calls.AddAsync(AddAsync(lane.Key, chunk)).ConfigureAwait(false);
            }
        }

        await calls.Last.ConfigureAwait(false);
        return results;

        async Task AddAsync(LaneKeys lane, List<int> chunk)
        {
            var arguments = new List<RedisValue>(3 + (chunk.Count * 11)) { backlogs.MostOf(lane) ?? RedisValue.EmptyString, by, _referenceMemory };
            var asked = new List<int>(chunk.Count);
            foreach (var flow in chunk.GroupBy(index => (invitations[index].Tenant, groups.GroupOf(invitations[index].Traits.RecipientDomain), invitations[index].Traits.Type)))
            {
                var (tenant, group, type) = flow.Key;
                arguments.AddRange([tenant, group ?? "", Codes.Of(type), flow.Count()]);
                foreach (var index in flow)
                {
                    asked.Add(index);
                    AppendArguments(arguments, invitations[index], by);
                }
            }

            string[]? words = null;
            try
            {
                words = (await redis.RunAsync(Script.Intake, lane.Lane, [.. arguments], cancellationToken).ConfigureAwait(false)).Texts();
            }
            catch (StorageUnavailableException e) when (RedisConnection.IsOutOfMemory(e.InnerException))
            {
                // The script was refused as a whole.
            }

            for (var i = 0; i < asked.Count; i++)
            {
                results[asked[i]] = words is null ? AddResult.Full : Result(words[i]);
            }

            backlogs.Accepted(lane, asked.Count(index => results[index] == AddResult.Accepted));
        }
    }

    public async ValueTask<IReadOnlyList<InvitationRecord>> FindAsync(string? tenant, string id, CancellationToken cancellationToken)
    {
        var keys = await KeysAsync(tenant, [id], cancellationToken).ConfigureAwait(false);
        var found = new List<InvitationRecord>();
        foreach (var (lane, key) in keys)
        {
            var parts = await redis.CallAsync(d => d.StringGetAsync([lane.State(key), lane.Record(key)]), cancellationToken).ConfigureAwait(false);
            if (RecordReader.Read(parts[0], parts[1], tenant, id) is { } record)
            {
                found.Add(record);
            }
        }

        return found;
    }

    public async ValueTask<IReadOnlyList<InvitationRecord>> ListAsync(RecordFilter filter, CancellationToken cancellationToken)
    {
        var newest = new PriorityQueue<InvitationRecord, DateTimeOffset>();
        await foreach (var record in RecordsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!Matches(record, filter))
            {
                continue;
            }

            newest.Enqueue(record, record.CreatedAt);
            if (newest.Count > filter.Limit)
            {
                newest.Dequeue();
            }
        }

        return [.. newest.UnorderedItems.Select(i => i.Element).OrderByDescending(r => r.CreatedAt).ThenBy(r => r.Invitation.Id, StringComparer.Ordinal)];
    }

    public async ValueTask<CancelCount> CancelAsync(string? tenant, IReadOnlyList<string> ids, string by, CancellationToken cancellationToken)
    {
        var words = await OfEachAsync(Script.Cancel, [by], tenant, ids, cancellationToken).ConfigureAwait(false);
        return new CancelCount(words.Count(word => word != "none"), words.Count(word => word == "cancelled"), words.Count(word => word == "late"));
    }

    public async ValueTask<ReleaseCount> ReleaseAsync(string? tenant, IReadOnlyList<string> ids, string by, CancellationToken cancellationToken)
    {
        var words = await OfEachAsync(Script.Release, [by, _referenceMemory], tenant, ids, cancellationToken).ConfigureAwait(false);
        return new ReleaseCount(words.Count(word => word != "none"), words.Count(word => word == "released"), words.Count(word => word == "other"));
    }

    public async ValueTask<CancelCount> CancelAsync(InvitationFilter filter, string by, IProgress<SweepProgress>? progress, CancellationToken cancellationToken)
    {
        var (done, late) = await sweep.RunAsync(filter, null, by, progress, cancellationToken).ConfigureAwait(false);
        return new CancelCount(done + late, done, late);
    }

    public async ValueTask<EditCount> EditNameAsync(InvitationFilter filter, string name, string by, IProgress<SweepProgress>? progress, CancellationToken cancellationToken)
    {
        var (done, late) = await sweep.RunAsync(filter, name, by, progress, cancellationToken).ConfigureAwait(false);
        return new EditCount(done + late, done, late);
    }

    public async ValueTask<EditResult> EditNameAsync(string? tenant, string id, string name, CancellationToken cancellationToken)
    {
        var best = EditResult.NotFound;
        foreach (var (lane, key) in await KeysAsync(tenant, [id], cancellationToken).ConfigureAwait(false))
        {
            var word = (await redis.RunAsync(Script.Edit, lane.Lane, [key, name], cancellationToken).ConfigureAwait(false)).Text();
            best = word switch
            {
                "edited" => EditResult.Edited,
                "late" when best == EditResult.NotFound => EditResult.TooLate,
                _ => best,
            };
        }

        return best;
    }

    /// <summary>What a script that takes record keys says of each.</summary>
    private async Task<List<string>> OfEachAsync(Script script, RedisValue[] before, string? tenant, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var words = new List<string>();
        foreach (var lane in (await KeysAsync(tenant, ids, cancellationToken).ConfigureAwait(false)).GroupBy(k => k.Lane))
        {
            foreach (var chunk in lane.Chunk(MostPerCall))
            {
                RedisValue[] arguments = [.. before, .. chunk.Select(c => (RedisValue)c.Key)];
                words.AddRange((await redis.RunAsync(script, lane.Key.Lane, arguments, cancellationToken).ConfigureAwait(false)).Texts());
            }
        }

        return words;
    }

    /// <summary>Where these ids are. A tenant given: computed. None given: every tenant that ever had an invitation is asked for.</summary>
    private async Task<List<(LaneKeys Lane, string Key)>> KeysAsync(string? tenant, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        await lanes.EnsureAgreedAsync(cancellationToken).ConfigureAwait(false);
        if (tenant is not null)
        {
            return [.. ids.Select(id => (lanes.Of(tenant), RecordKey.Of(tenant, id)))];
        }

        var found = new List<(LaneKeys, string)>();
        foreach (var lane in lanes.All)
        {
            var tenants = await redis.CallAsync(d => d.SetMembersAsync(lane.Tenants), cancellationToken).ConfigureAwait(false);
            foreach (var chunk in tenants.SelectMany(t => ids.Select(id => RecordKey.Of(t!, id))).Chunk(ScanPage))
            {
                var exist = await redis.CallAsync(d => Task.WhenAll(chunk.Select(key => d.KeyExistsAsync(lane.Record(key)))), cancellationToken).ConfigureAwait(false);
                found.AddRange(chunk.Where((_, i) => exist[i]).Select(key => (lane, key)));
            }
        }

        return found;
    }

    private async IAsyncEnumerable<InvitationRecord> RecordsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var server in await redis.MastersAsync(cancellationToken).ConfigureAwait(false))
        {
            // The library walks synchronously: each page on another thread, with the deadline and the failure of any call.
            using var pages = server.Keys(pattern: "{d:*}:i:*", pageSize: ScanPage).Chunk(ScanPage).GetEnumerator();
            while (await redis.CallAsync(_ => Task.Run(pages.MoveNext), cancellationToken).ConfigureAwait(false))
            {
                var page = pages.Current;
                var states = Array.ConvertAll(page, LaneKeys.StateOf);
                var parts = await redis.CallAsync(d => Task.WhenAll(page.Zip(states, (k, s) => d.StringGetAsync([s, k]))), cancellationToken).ConfigureAwait(false);
                foreach (var part in parts)
                {
                    if (RecordReader.Read(part[0], part[1], null, "") is { } record)
                    {
                        yield return record;
                    }
                }
            }
        }
    }

    private static bool Matches(InvitationRecord record, RecordFilter filter) =>
        (filter.Tenant is null || record.Invitation.Tenant == filter.Tenant)
        && (filter.Status is null || record.Status == filter.Status)
        && (filter.Search is null
            || record.Invitation.Recipient?.Contains(filter.Search, StringComparison.OrdinalIgnoreCase) == true
            || record.Invitation.ReferenceNumber?.Contains(filter.Search, StringComparison.OrdinalIgnoreCase) == true);

    private static void AppendArguments(List<RedisValue> arguments, NewInvitation invitation, string by)
    {
        arguments.Add(RecordKey.Of(invitation.Tenant, invitation.Id));
        arguments.Add(invitation.RecipientHash);
        arguments.Add(invitation.ContentHash);
        arguments.Add(invitation.ReferenceHash);
        arguments.Add((invitation.SendAt?.ToUnixTimeMilliseconds() ?? 0).ToString(CultureInfo.InvariantCulture));
        arguments.Add(RecordState.EndOfFirstLine(invitation));
        arguments.Add(RecordIdentity.Pack(invitation, by));
    }

    private static AddResult Result(string word) => Codes.TryParse<AddResult>(word, out var result) && result != AddResult.Unset
        ? result
        : throw new InvalidOperationException($"intake.lua answered '{word}'");
}
