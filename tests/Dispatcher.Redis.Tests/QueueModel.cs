using Dispatcher.Core.Invitations;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Redis.Tests;

/// <summary>What the queue engine should do, without queues and counters: the state of each invitation, and what each step is answered.</summary>
internal sealed class QueueModel
{
    public const string Month = "2026-11";
    public const int MonthlyLimit = 12;

    private static readonly HashSet<string> Open = ["scheduled", "queued", "claimed", "deferred"];

    public Dictionary<string, Item> Items { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, int> Used { get; } = new(StringComparer.Ordinal);

    /// <summary>Tenants, groups and <c>all</c>.</summary>
    public HashSet<string> Paused { get; } = new(StringComparer.Ordinal);

    /// <summary>A cancel of everything of a tenant that was accepted before it.</summary>
    public Rule? InForce { get; set; }

    /// <summary>The scripts' clock, ms.</summary>
    public long Now { get; set; }

    public sealed class Item(string tenant, string group, string id)
    {
        public string Tenant { get; } = tenant;
        public string Group { get; } = group;
        public string Id { get; } = id;
        public string State { get; set; } = "queued";
        public string Status { get; set; } = "";
        public int Attempt { get; set; }
        public int Revision { get; set; }
        public string Worker { get; set; } = "";
        public long Due { get; set; }
        public int Crashes { get; set; }
        public HashSet<string> Unknown { get; } = new(StringComparer.Ordinal);
        public int TimesUnknown { get; set; }
        public TimeSpan? RepeatAfter { get; set; }
        public bool Paid { get; set; }

        /// <summary>Cancelled while it was on the wire: not tried again.</summary>
        public bool NotAgain { get; set; }

        public bool IsOpen => Open.Contains(State);

        public override string ToString() => $"{Id} {State} {Status} a={Attempt} w={Worker} un=[{string.Join(' ', Unknown)}]";
    }

    public sealed class Rule(string id, string tenant, IEnumerable<string> keys)
    {
        public string Id { get; } = id;
        public string Tenant { get; } = tenant;

        /// <summary>What it concerns.</summary>
        public HashSet<string> Keys { get; } = new(keys, StringComparer.Ordinal);

        /// <summary>Was on the wire while the walk went on: may count as too late, whatever comes of it.</summary>
        public HashSet<string> Excused { get; } = new(StringComparer.Ordinal);

        public int Done { get; set; }
    }

    public bool IsPaused(Item item) => Paused.Contains("all") || Paused.Contains(item.Tenant) || (item.Group != "" && Paused.Contains(item.Group));

    public bool Cancel(Item item)
    {
        item.NotAgain |= item.State == "sending";
        if (!item.IsOpen)
        {
            return false;
        }

        End(item, "cancelled");
        return true;
    }

    /// <summary>Makes a step; returns its answer.</summary>
    public StepAnswerKind Advance(string worker, Step step)
    {
        var item = Items[step.Key];
        var mine = item.State == "claimed" && item.Worker == worker;
        switch (step.Kind)
        {
            case StepKind.Start:
                return Start(worker, item, step, mine);
            case StepKind.Drop or StepKind.Hold:
                if (!mine)
                {
                    return StepAnswerKind.Gone;
                }

                if (item.Revision != step.Revision)
                {
                    return StepAnswerKind.Changed;
                }

                if (step.Kind == StepKind.Drop)
                {
                    End(item, StatusCatalog.Code(step.Status));
                }
                else
                {
                    (item.State, item.Due) = ("scheduled", Now + (long)step.Delay!.Value.TotalMilliseconds);
                }

                return StepAnswerKind.Ok;
            case StepKind.Back:
                if (item.State == "sending" && item.Worker == worker)
                {
                    GiveUp(item);
                    return StepAnswerKind.Ok;
                }

                if (!mine)
                {
                    return StepAnswerKind.Gone;
                }

                item.State = "queued";
                return StepAnswerKind.Ok;
            default:
                return Outcome(worker, item, step);
        }
    }

    /// <summary>A dead worker is judged: claimed after one lease, sending after four.</summary>
    public void Judge(string worker, bool sendingToo)
    {
        foreach (var item in Items.Values.Where(i => i.Worker == worker))
        {
            if (item.State == "claimed")
            {
                item.Crashes++;
                if (item.Crashes >= 5)
                {
                    End(item, "internal-error");
                }
                else
                {
                    item.State = "queued";
                }
            }
            else if (item.State == "sending" && sendingToo)
            {
                item.Crashes++;
                GiveUp(item);
            }
        }
    }

    public int Promote()
    {
        var due = Items.Values.Where(i => i.State is "scheduled" or "deferred" && i.Due <= Now).ToList();
        due.ForEach(i => i.State = "queued");
        return due.Count;
    }

    private StepAnswerKind Start(string worker, Item item, Step step, bool mine)
    {
        if (item.State == "sending" && item.Worker == worker && item.Attempt == step.Attempt + 1)
        {
            return StepAnswerKind.Ok;
        }

        if (!mine || item.Attempt != step.Attempt)
        {
            return StepAnswerKind.Gone;
        }

        if (IsPaused(item))
        {
            item.State = "queued";
            return StepAnswerKind.Gone;
        }

        if (InForce is { } rule && rule.Keys.Contains(step.Key))
        {
            Cancel(item);
            rule.Done++;
            return StepAnswerKind.Gone;
        }

        if (item.Revision != step.Revision)
        {
            return StepAnswerKind.Changed;
        }

        if (!item.Paid)
        {
            var used = Used.GetValueOrDefault(item.Tenant);
            if (used >= MonthlyLimit)
            {
                return StepAnswerKind.Changed;
            }

            Used[item.Tenant] = used + 1;
            item.Paid = true;
        }

        (item.State, item.Attempt, item.RepeatAfter) = ("sending", step.Attempt + 1, step.Delay);
        return StepAnswerKind.Ok;
    }

    private StepAnswerKind Outcome(string worker, Item item, Step step)
    {
        var attempt = $"{step.Attempt}@{worker}";
        var late = item.Unknown.Contains(attempt);
        var open = item.State == "sending" && item.Attempt == step.Attempt;
        if (step.Kind is StepKind.Done)
        {
            if (late && step.Status != Status.Delivered && step.Attempt < item.Attempt)
            {
                return NotTaken(item, attempt);
            }

            if (!late && (!open || (step.Uncounted && item.Worker != worker)))
            {
                return StepAnswerKind.Stale;
            }

            if (late)
            {
                item.Unknown.Clear();
            }
            else
            {
                item.Attempt -= step.Uncounted ? 1 : 0;
            }

            End(item, StatusCatalog.Code(step.Status));
            return StepAnswerKind.Ok;
        }

        if (step.Kind is StepKind.Unsure)
        {
            if (!open)
            {
                return StepAnswerKind.Stale;
            }

            GiveUp(item);
            return StepAnswerKind.Ok;
        }

        if (late)
        {
            return NotTaken(item, attempt);
        }

        if (!open || ((step.Kind == StepKind.Interrupt || step.Uncounted) && item.Worker != worker))
        {
            return StepAnswerKind.Stale;
        }

        if (step.Kind == StepKind.Interrupt)
        {
            (item.State, item.Attempt) = ("queued", item.Attempt - 1);
        }
        else
        {
            (item.State, item.Due) = ("deferred", Now + (long)step.Delay!.Value.TotalMilliseconds);
            item.Attempt -= step.Uncounted ? 1 : 0;
        }

        CameBack(item);
        return StepAnswerKind.Ok;
    }

    private void CameBack(Item item)
    {
        if (InForce is { } rule && rule.Keys.Contains(RecordKey.Of(item.Tenant, item.Id)))
        {
            Cancel(item);
            rule.Done++;
        }
        else if (item.NotAgain)
        {
            Cancel(item);
        }
    }

    private static StepAnswerKind NotTaken(Item item, string attempt)
    {
        item.Unknown.Remove(attempt);
        item.TimesUnknown--;
        return StepAnswerKind.Ok;
    }

    private void GiveUp(Item item)
    {
        item.Unknown.Add($"{item.Attempt}@{item.Worker}");
        if (item.RepeatAfter is not { } delay || item.TimesUnknown >= 1)
        {
            End(item, "internal-error");
        }
        else
        {
            (item.State, item.Due) = ("deferred", Now + (long)delay.TotalMilliseconds);
            CameBack(item);
        }

        item.TimesUnknown++;
    }

    /// <summary>What had paid and of which no attempt has begun gets it back.</summary>
    private void End(Item item, string status)
    {
        if (item.State != "final" && item.Attempt == 0 && item.Paid)
        {
            Used[item.Tenant]--;
            item.Paid = false;
        }

        (item.State, item.Status) = ("final", status);
    }
}
