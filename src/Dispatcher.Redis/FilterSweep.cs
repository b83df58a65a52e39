using System.Text.Json.Nodes;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>
/// Cancels and edits by filter. First the rule is stored in every lane it concerns: from then on nothing that matches starts. Then each lane
/// is walked through in small steps, which cancel, edit and count; between two steps Redis serves everybody else. Any process may make the
/// next step: the progress stands in Redis, and workers finish what its caller left.
/// </summary>
public sealed class FilterSweep(RedisConnection redis, QueueLanes lanes, TimeProvider time)
{
    /// <summary>How many records a step looks at: about three milliseconds of Redis' time.</summary>
    public const int RecordsPerStep = 256;
    private const int StepsPerReport = 50;
    private const int Block = 256; // keys of one string, as lib/order.lua has it

    /// <param name="name">Null: cancel; else the recipient's new name.</param>
    /// <returns>Done, and too late.</returns>
    public async Task<(long Done, long Late)> RunAsync(InvitationFilter filter, string? name, string by, IProgress<SweepProgress>? progress, CancellationToken cancellationToken)
    {
        await lanes.EnsureAgreedAsync(cancellationToken).ConfigureAwait(false);
        var id = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        var rule = Rule(filter, name, by).ToJsonString();
        LaneKeys[] concerned = filter.Tenant is { } tenant ? [lanes.Of(tenant)] : [.. lanes.All];

        // 1. In force at once, in all lanes.
        foreach (var lane in concerned)
        {
            await UntilDoneAsync(() => CallAsync(lane, id, rule, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        progress?.Report(new SweepProgress(0, 0, 0));

        // 2. Walked through and counted.
        long looked = 0, done = 0, late = 0;
        foreach (var lane in concerned)
        {
            var all = await SizeAsync(lane, cancellationToken).ConfigureAwait(false);
            for (var steps = 1; ; steps++)
            {
                // One at a time: between two of them Redis serves everybody else.
                var step = await UntilDoneAsync(() => CallAsync(lane, id, null, cancellationToken), cancellationToken).ConfigureAwait(false);
                if (step.Going && steps % StepsPerReport != 0)
                {
                    continue;
                }

                var share = (Array.IndexOf(concerned, lane) + Math.Min(1, step.Looked / (double)Math.Max(all, 1))) / concerned.Length;
                progress?.Report(new SweepProgress(looked + step.Looked, done + late + step.Done + step.Late, step.Going ? share : (Array.IndexOf(concerned, lane) + 1d) / concerned.Length));
                if (!step.Going)
                {
                    (looked, done, late) = (looked + step.Looked, done + step.Done, late + step.Late);
                    break;
                }
            }
        }

        return (done, late);
    }

    /// <summary>One step of whatever rule is in force in a lane. False: none is.</summary>
    public async Task<bool> StepAsync(LaneKeys lane, CancellationToken cancellationToken) =>
        (await CallAsync(lane, "", null, cancellationToken).ConfigureAwait(false)).State != "none";

    private async Task<Step> CallAsync(LaneKeys lane, string id, string? rule, CancellationToken cancellationToken)
    {
        RedisValue[] arguments = rule is null ? [id, RecordsPerStep] : [id, RecordsPerStep, rule];
        var reply = (await redis.RunAsync(Script.Sweep, lane.Lane, arguments, cancellationToken).ConfigureAwait(false)).Rows();
        return new Step(reply[0].Text(), (long)reply[2], (long)reply[3], (long)reply[4]);
    }

    /// <summary>A call that failed is repeated for a while: what was begun should be counted to its end.</summary>
    private async Task<Step> UntilDoneAsync(Func<Task<Step>> call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (StorageUnavailableException) when (attempt < 20)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>How many records a walk may see, those included that have been forgotten since: for the progress alone.</summary>
    private async Task<long> SizeAsync(LaneKeys lane, CancellationToken cancellationToken)
    {
        var values = await redis.CallAsync(d => d.HashGetAsync(lane.Lane, ["seq", "oldest"]), cancellationToken).ConfigureAwait(false);
        return (values[0].HasValue ? (long)values[0] : 0) - (values[1].HasValue ? Block * (long)values[1] : 0);
    }

    private static JsonObject Rule(InvitationFilter filter, string? name, string by)
    {
        var rule = new JsonObject { ["action"] = name is null ? "cancel" : "edit", ["by"] = by };
        Add("name", name);
        Add("tenant", filter.Tenant);
        Add("type", filter.Type is { } type ? Codes.Of(type) : null);
        Add("template", filter.TemplateId is { } template ? RecordIdentity.Clean(template) : null);
        Add("tag", filter.Tag is { } tag ? RecordIdentity.Clean(tag) : null);
        Add("domain", filter.RecipientDomain);
        AddMoment("from", filter.CreatedFrom);
        AddMoment("before", filter.CreatedBefore);
        return rule;

        void Add(string member, string? text)
        {
            if (text is not null)
            {
                rule[member] = text;
            }
        }

        void AddMoment(string member, DateTimeOffset? moment)
        {
            if (moment is { } at)
            {
                rule[member] = at.ToUnixTimeMilliseconds();
            }
        }
    }

    private sealed record Step(string State, long Looked, long Done, long Late)
    {
        public bool Going => State == "going";
    }
}
