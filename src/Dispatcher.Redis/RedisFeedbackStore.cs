using System.Globalization;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Feedback;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using Dispatcher.Core.Text;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>Events after sending: <c>feedback.lua</c> in the lane of each, and what counts for everybody in the recipients' shards.</summary>
public sealed class RedisFeedbackStore(RedisConnection redis, QueueLanes lanes, ITenantStore tenants, RecipientShards recipients) : IFeedbackStore
{
    private const int MostPerCall = 128;

    /// <summary>For complaints that count against a recipient everywhere.</summary>
    private static readonly TimeSpan ComplaintMemory = TimeSpan.FromDays(400);

    public async ValueTask<IReadOnlyList<FeedbackResult>> RecordAsync(IReadOnlyList<FeedbackEvent> events, string by, CancellationToken cancellationToken)
    {
        await lanes.EnsureAgreedAsync(cancellationToken).ConfigureAwait(false);
        var results = new FeedbackResult[events.Count];
        var settings = new Dictionary<string, TenantSettings>(StringComparer.Ordinal);
        var placed = new List<Placed>(events.Count);
        for (var i = 0; i < events.Count; i++)
        {
            await PlaceAsync(i).ConfigureAwait(false);
        }

        foreach (var lane in placed.GroupBy(p => p.Lane))
        {
            foreach (var chunk in lane.Chunk(MostPerCall))
            {
                RedisValue[] arguments = [by, .. chunk.Select(p => (RedisValue)Line(events[p.Index], p, settings[p.Tenant]))];
                var answers = (await redis.RunAsync(Script.Feedback, lane.Key.Lane, arguments, cancellationToken).ConfigureAwait(false)).Texts();
                for (var n = 0; n < chunk.Length; n++)
                {
                    await LearnAsync(chunk[n].Index, answers[n].Split('\t')).ConfigureAwait(false);
                }
            }
        }

        return results;

        // Whose it is, and in which lane. Somebody who opts out of everything by address is in none.
        async Task PlaceAsync(int index)
        {
            var told = events[index];
            var tenant = told.Tenant;
            var lane = tenant is null ? null : lanes.Of(tenant);
            var key = told.RecordKey ?? (told.Id is { } id ? RecordKey.Of(tenant!, id) : "");
            if (lane is null && key.Length > 0)
            {
                (lane, tenant) = await FindRecordAsync(key, cancellationToken).ConfigureAwait(false);
                if (lane is null)
                {
                    results[index] = FeedbackResult.Unknown;
                    return;
                }
            }

            if (lane is null)
            {
                await TellAsync(RecordKey.OfRecipient(told.Recipient!), "out").ConfigureAwait(false);
                results[index] = FeedbackResult.Noted;
                return;
            }

            if (!settings.ContainsKey(tenant!))
            {
                settings[tenant!] = await tenants.GetAsync(tenant!, cancellationToken).ConfigureAwait(false) ?? TenantSettings.Default(tenant!);
            }

            placed.Add(new Placed(index, lane, key, tenant!));
        }

        async Task LearnAsync(int index, string[] answer)
        {
            results[index] = Codes.TryParse<FeedbackResult>(answer[0], out var result) && result != FeedbackResult.Unset
                ? result
                : throw new InvalidOperationException($"feedback.lua answered '{answer[0]}'");
            var (told, tenant, recipient) = (events[index], answer[1], answer[2]);
            if (recipient.Length == 0)
            {
                return;
            }

            if (told.Kind == FeedbackKind.Unsubscribe && told.Scope == FeedbackScope.All)
            {
                await TellAsync(recipient, "out").ConfigureAwait(false);
            }
            else if (told.Kind == FeedbackKind.Complaint)
            {
                await TellAsync(recipient, "complaint", tenant, (long)ComplaintMemory.TotalMilliseconds).ConfigureAwait(false);
            }
        }

        Task TellAsync(string recipient, params RedisValue[] what) => redis.RunAsync(Script.Recipient, RecipientShards.KeyOf(recipient), what, cancellationToken);
    }

    public async ValueTask<bool> OptInAsync(string address, CancellationToken cancellationToken) =>
        (int)await redis.RunAsync(Script.Recipient, RecipientShards.KeyOf(RecordKey.OfRecipient(address)), ["back"], cancellationToken).ConfigureAwait(false) == 1;

    public async ValueTask<RecipientFacts> FindAsync(string address, CancellationToken cancellationToken) =>
        (await recipients.FindAsync([RecordKey.OfRecipient(address)], cancellationToken).ConfigureAwait(false))[0];

    /// <summary>A record by its key alone: in which lane, and whose.</summary>
    private async Task<(LaneKeys? Lane, string? Tenant)> FindRecordAsync(string key, CancellationToken cancellationToken)
    {
        foreach (var lane in lanes.All)
        {
            // As many are asked for: what is no text at all is nothing then, and not a failure.
            var states = await redis.CallAsync(d => d.StringGetAsync([lane.State(key)]), cancellationToken).ConfigureAwait(false);
            if (states[0].HasValue && RecordState.TryRead(states[0]!) is { } record)
            {
                return (lane, record.Tenant);
            }
        }

        return (null, null);
    }

    private static string Line(FeedbackEvent told, Placed placed, TenantSettings tenant)
    {
        var effect = FeedbackEffect.Of(told, tenant);
        return string.Join(
            '\t',
            placed.Key,
            placed.Tenant,
            told.Recipient is { } recipient ? RecordKey.OfRecipient(recipient) : "",
            effect.Status == Status.Unset ? "" : StatusCatalog.Code(effect.Status),
            told.Attempt?.ToString(CultureInfo.InvariantCulture),
            RecordIdentity.Clean(effect.Detail ?? ""),
            told.Kind is FeedbackKind.Bounce or FeedbackKind.Receipt ? RecordIdentity.Clean(told.Detail ?? "") : "",
            effect.Suppress,
            effect.SuppressFor is { } span ? (long)span.TotalMilliseconds : 0,
            told.Kind == FeedbackKind.Review ? (told.At ?? DateTimeOffset.MaxValue).ToUnixTimeMilliseconds() : "");
    }

    private sealed record Placed(int Index, LaneKeys Lane, string Key, string Tenant);
}
