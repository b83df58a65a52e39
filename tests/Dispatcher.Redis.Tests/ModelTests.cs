using System.Globalization;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using StackExchange.Redis;

namespace Dispatcher.Redis.Tests;

/// <summary>
/// Random commands of workers, staff and producers against <see cref="QueueModel"/>: after each the engine must have every invitation in the
/// model's state, everything in its one place, and all limits kept. At the end everything is resumed, and everything must end. A failure
/// prints the seed and the fewest commands that show it.
/// </summary>
public sealed class ModelTests(RedisFixture redis)
{
    private const int Runs = 30;
    private const int Commands = 80;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Commands_InAnyOrder_DoWhatTheModelSays(int seed)
    {
        var command =
            from kind in Gen.Frequency(Weights.Select(w => (w.Weight, Gen.Constant(w.Kind))))
            from a in Gen.Choose(0, 99)
            from b in Gen.Choose(0, 99)
            select new Command(kind, a, b);
        var stories = Arb.From(command.ArrayOf(Commands).Select(c => new Story(c)), Shorter);
        var config = Config.QuickThrowOnFailure
            .WithMaxTest(Runs / 3)
            .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd((ulong)seed, 0x9E3779B97F4A7C15), FSharpOption<int>.None)));
        Check.One(config, Prop.ForAll(stories, Holds));
    }

    private static readonly (int Weight, Kind Kind)[] Weights =
    [
        (8, Kind.Enqueue), (12, Kind.Claim), (14, Kind.Start), (4, Kind.Decide), (12, Kind.Record), (3, Kind.Repeat), (2, Kind.Cancel), (2, Kind.Edit),
        (3, Kind.Silence), (5, Kind.Promote), (2, Kind.Pause), (5, Kind.Resume), (5, Kind.TenantLimit), (2, Kind.GroupLimit), (2, Kind.Begin),
        (4, Kind.Sweep), (2, Kind.Strangers), (6, Kind.Pass),
    ];

    internal enum Kind
    {
        Enqueue,
        Claim,
        Start,
        Decide,
        Record,
        Repeat,
        Cancel,
        Edit,
        Silence,
        Promote,
        Pause,
        Resume,
        TenantLimit,
        GroupLimit,
        Begin,
        Sweep,
        Strangers,
        Pass,
    }

    internal readonly record struct Command(Kind Kind, int A, int B);

    internal sealed record Story(IReadOnlyList<Command> Commands)
    {
        public override string ToString() => string.Join(", ", Commands.Select(c => $"{c.Kind}({c.A},{c.B})"));
    }

    /// <summary>Halves, quarters … and single commands left out.</summary>
    private static IEnumerable<Story> Shorter(Story story)
    {
        for (var size = story.Commands.Count / 2; size >= 1; size /= 2)
        {
            for (var from = 0; from + size <= story.Commands.Count; from += size)
            {
                yield return new Story([.. story.Commands.Take(from), .. story.Commands.Skip(from + size)]);
            }
        }
    }

    // FsCheck asks in a synchronous way.
    private bool Holds(Story story) => Task.Run(() => RunAsync(story)).GetAwaiter().GetResult();

    private async Task<bool> RunAsync(Story story)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var site = new Site(engine);
        await site.BeginAsync();
        foreach (var command in story.Commands)
        {
            await site.RunAsync(command);
            await site.VerifyAsync();
        }

        await site.FinishAsync();
        return true;
    }

    private sealed class Site(Engine engine) : IDisposable
    {
        private static readonly string[] Tenants = ["acme", "beta", "gamma"];
        private static readonly string[] Scopes = ["all", "acme", "beta", "box"];
        private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(5);
        private readonly QueueModel _model = new();
        private readonly List<string> _log = [];
        private readonly List<FakeWorker> _workers = [.. Enumerable.Range(1, 3).Select(n => new FakeWorker(engine.Lane($"w{n}"), $"w{n}"))];
        private readonly Dictionary<string, LimitWatch> _limits = new(StringComparer.Ordinal);
        private int _added;

        /// <summary>The limits in force of a tenant or group, and what was claimed since they were set.</summary>
        private sealed record LimitWatch(TenantRate? Rate, int? Concurrency, long Since)
        {
            /// <summary>Without those that were put back.</summary>
            public int Claimed { get; set; }
        }

        public async Task BeginAsync()
        {
            await engine.StopClockAsync();
            _model.Now = (long)await engine.NumberAsync("lane", "clock");
            await engine.Destinations.ApplyAsync(new() { Group = "box", Domains = ["box.example"] }, default);
            foreach (var worker in _workers)
            {
                await worker.Lane.BeatAsync(default);
            }
        }

        public Task RunAsync(Command command)
        {
            var worker = WorkerFor(command);
            _log.Add($"— {command}");
            return command.Kind switch
            {
                Kind.Enqueue => EnqueueAsync(command.A, command.B, 1 + (command.A % 5)),
                Kind.Claim => ClaimAsync(worker, 1 + (command.B % 6), lost: command.B >= 85),
                Kind.Start => StartAsync(worker, command.B),
                Kind.Decide => DecideAsync(worker, command.B),
                Kind.Record => RecordAsync(worker, command.B),
                Kind.Repeat => RepeatAsync(worker),
                Kind.Cancel => CancelAsync(command.B),
                Kind.Edit => EditAsync(command.B),
                Kind.Silence => SilenceAsync(worker, command.B % 2 == 0 ? 6 : 21),
                Kind.Promote => PromoteAsync(),
                Kind.Pause => PauseAsync(Scopes[command.A % Scopes.Length], true),
                Kind.Resume => PauseAsync(_model.Paused.FirstOrDefault(Scopes[command.A % Scopes.Length]), false),
                Kind.TenantLimit => LimitAsync(QueueScope.Tenant(Tenants[command.A % Tenants.Length]), command.B),
                Kind.GroupLimit => LimitAsync(QueueScope.Destination("box"), command.B),
                Kind.Begin => BeginRuleAsync(Tenants[command.A % Tenants.Length]),
                Kind.Sweep => SweepAsync(1 + (command.B % 5)),
                Kind.Strangers => StrangersAsync(worker),
                _ => PassAsync(1 + (command.B % 40)),
            };
        }

        /// <summary>One that has something to do of this kind, if there is any.</summary>
        private FakeWorker WorkerFor(Command command)
        {
            var turned = Enumerable.Range(command.A, _workers.Count).Select(n => _workers[n % _workers.Count]).ToArray();
            return turned.FirstOrDefault(w => command.Kind switch
            {
                Kind.Start or Kind.Decide => w.Claimed(0) is not null,
                Kind.Record => w.Started(0) is not null,
                Kind.Repeat => w.LastOutcome is not null,
                _ => true,
            }) ?? turned[0];
        }

        public async Task VerifyAsync()
        {
            var picture = await LanePicture.TakeAsync(engine);
            var wrong = _model.Items
                .Where(i => picture.Records.GetValueOrDefault(i.Key) is var real && (real.State != i.Value.State || (real.State == "final" && real.Status != i.Value.Status)))
                .Select(i => $"{i.Value} in the model, {picture.Records.GetValueOrDefault(i.Key)} in the engine");
            List<string> faults = [.. picture.Faults, .. wrong];
            Require(faults.Count == 0, string.Join("; ", faults));
        }

        /// <summary>No limits, no pauses, one worker that works well: everything must end.</summary>
        public async Task FinishAsync()
        {
            foreach (var scope in Scopes)
            {
                await PauseAsync(scope, false);
            }

            foreach (var scope in Tenants.Select(QueueScope.Tenant).Append(QueueScope.Destination("box")))
            {
                await LimitAsync(scope, 0);
            }

            while (_model.InForce is not null)
            {
                await SweepAsync(100);
            }

            var last = _workers[0];
            for (var turn = 0; _model.Items.Values.Any(i => i.State != "final"); turn++)
            {
                Require(turn < 100, $"not ended: {string.Join("; ", _model.Items.Values.Where(i => i.State != "final"))}");
                await SilenceAsync(_workers[1], 21);
                await SilenceAsync(_workers[2], 21);
                await PassAsync(10);
                await PromoteAsync();
                await StrangersAsync(last);
                await ClaimAsync(last, 100, lost: false);
                while (last.Claimed(0) is not null)
                {
                    await StartAsync(last, 0);
                }

                while (last.Started(0) is not null)
                {
                    await RecordAsync(last, 99);
                }

                await VerifyAsync();
            }
        }

        public void Dispose() => _workers.ForEach(w => w.Lane.Dispose());

        private async Task EnqueueAsync(int a, int b, int count)
        {
            for (var n = 0; n < count; n++)
            {
                await EnqueueAsync(a, b);
            }
        }

        private async Task EnqueueAsync(int a, int b)
        {
            var tenant = Tenants[a % Tenants.Length];
            var group = b % 3 == 0 ? "box" : "";
            var again = b >= 92 && _added > 0;
            var id = "i" + (again ? a % _added : _added).ToString(CultureInfo.InvariantCulture);
            var ahead = b is >= 80 and < 92;
            var key = RecordKey.Of(tenant, id);
            var known = _model.Items.ContainsKey(key);
            var moment = DateTimeOffset.FromUnixTimeMilliseconds(_model.Now + 20);
            var result = await engine.Invitations.AddAsync(
                [Engine.Invitation(tenant, id, group == "" ? "example.com" : "box.example", sendAt: ahead ? moment : null)], "test", default);
            _log.Add($"{tenant} {id}: {result[0]}");
            Require(known ? result[0] is AddResult.Duplicate or AddResult.Conflict : result[0] == AddResult.Accepted, $"{id} was {result[0]}");
            if (!known)
            {
                _added = again ? _added : _added + 1;
                _model.Items[key] = new QueueModel.Item(tenant, group, id) { State = ahead ? "scheduled" : "queued", Due = moment.ToUnixTimeMilliseconds() };
            }
        }

        private async Task ClaimAsync(FakeWorker worker, int most, bool lost)
        {
            var answer = await worker.Lane.ClaimAsync(worker.Call, most, default);
            var repeated = worker.Lost;
            _log.Add($"{worker.Name} claimed {string.Join(' ', answer.Entries.Select(e => e.Id))}{(lost ? " (reply lost)" : "")}, next {answer.Next}");
            foreach (var claimed in answer.Entries)
            {
                var item = _model.Items[claimed.Key];
                Require(claimed.Attempt == item.Attempt, $"{item} was handed out as attempt {claimed.Attempt}");
                if (repeated && item.State == "claimed" && item.Worker == worker.Name)
                {
                    continue;
                }

                Require(item.State == "queued", $"{item} was claimed");
                Require(!_model.IsPaused(item), $"{item} was claimed, and is paused");
                (item.State, item.Worker) = ("claimed", worker.Name);
                Watch(item.Tenant);
                Watch(item.Group);
            }

            JudgeWaiting(answer, most, repeated);
            if (!lost)
            {
                foreach (var claimed in answer.Entries)
                {
                    worker.Works.TryAdd(claimed.Key, new FakeWork(claimed));
                }
            }

            worker.Call += lost ? 0 : 1;
            // A claim without entries is not remembered: its number may be used again.
            worker.Lost = lost && (answer.Entries.Count > 0 || repeated);
        }

        /// <summary>Limits hold at each claim.</summary>
        private void Watch(string scope)
        {
            if (!_limits.TryGetValue(scope, out var limits))
            {
                return;
            }

            var claimed = _model.Items.Values.Count(i => (i.Tenant == scope || i.Group == scope) && i.State == "claimed");
            var sending = _model.Items.Values.Count(i => (i.Tenant == scope || i.Group == scope) && i.State == "sending");
            limits.Claimed++;
            Require(limits.Concurrency is not { } most || claimed + sending <= most, $"{scope}: {claimed} claimed and {sending} sending of {limits.Concurrency}");
            Require(limits.Rate is null || claimed <= limits.Rate.Burst, $"{scope}: {claimed} claimed at burst {limits.Rate?.Burst}");
            Require(
                limits.Rate is null || limits.Claimed <= limits.Rate.Burst + ((_model.Now - limits.Since) * limits.Rate.PerSecond / 1000) + 1e-6,
                $"{scope}: {limits.Claimed} claimed in {_model.Now - limits.Since} ms");
        }

        /// <summary>What could be claimed was; what can't be is waited for.</summary>
        private void JudgeWaiting(ClaimAnswer answer, int most, bool repeated)
        {
            var waiting = _model.Items.Values.Where(i => i.State == "queued" && !_model.IsPaused(i)).ToList();
            if (repeated || answer.Entries.Count >= most || _model.Items.Values.Any(i => i.Crashes >= 2))
            {
                return;
            }

            foreach (var item in waiting)
            {
                var full = IsFull(item.Tenant) || IsFull(item.Group);
                var limited = HasRate(item.Tenant) || HasRate(item.Group);
                Require(full || limited, $"{item} could have been claimed");
                Require(full || answer.Next is not null, $"{item} waits for tokens, and nobody comes again");
            }

            bool HasRate(string scope) => _limits.TryGetValue(scope, out var limits) && limits.Rate is not null;

            bool IsFull(string scope)
            {
                if (!_limits.TryGetValue(scope, out var limits))
                {
                    return false;
                }

                var held = _model.Items.Values.Where(i => (i.Tenant == scope || i.Group == scope) && i.State is "claimed" or "sending").ToList();
                held.RemoveAll(i => i.Tenant != scope && i.Group != scope);
                return (limits.Concurrency is { } most && held.Count >= most) || (limits.Rate is { } rate && held.Count(i => i.State == "claimed") >= rate.Burst);
            }
        }

        private async Task StartAsync(FakeWorker worker, int b)
        {
            if (worker.Claimed(b) is not { } work)
            {
                return;
            }

            var step = Start(work, b);
            var answer = await StepAsync(worker, step);
            if (answer.Kind == StepAnswerKind.Ok)
            {
                work.Attempt = step.Attempt + 1;
            }
            else if (answer.Kind == StepAnswerKind.Changed && answer.Facts!.Revision != work.Revision)
            {
                work.Revision = answer.Facts.Revision;
            }
            else if (answer.Kind == StepAnswerKind.Changed)
            {
                Require(answer.Facts!.Months[QueueModel.Month] == QueueModel.MonthlyLimit, "changed, and nothing had");
                await StepAsync(worker, step with { Kind = StepKind.Drop, Status = Status.LimitReached });
                worker.Works.Remove(step.Key);
            }
            else
            {
                worker.Works.Remove(step.Key);
            }
        }

        private async Task DecideAsync(FakeWorker worker, int b)
        {
            if (worker.Claimed(b) is not { } work)
            {
                return;
            }

            var start = Start(work, b);
            var answer = await StepAsync(worker, (b % 3) switch
            {
                0 => start with { Kind = StepKind.Drop, Status = Status.InvalidRecipient },
                1 => start with { Kind = StepKind.Hold, Delay = Soon },
                _ => Step.Back(start.Key),
            });
            if (answer.Kind == StepAnswerKind.Changed)
            {
                work.Revision = answer.Facts!.Revision;
            }
            else
            {
                worker.Works.Remove(start.Key);
            }
        }

        private async Task RecordAsync(FakeWorker worker, int b)
        {
            if (worker.Started(b) is not { } work)
            {
                return;
            }

            var done = Engine.Done(work.Claimed) with { Attempt = work.Attempt };
            var step = b switch
            {
                < 15 => done with { Kind = StepKind.Defer, AcceptedBy = null, Delay = Soon, Uncounted = b % 2 == 1 },
                < 30 => done with { Kind = StepKind.Interrupt, AcceptedBy = null },
                < 45 => done with { Kind = StepKind.Unsure, AcceptedBy = null },
                < 60 => done with { Status = Status.Rejected, AcceptedBy = null, Uncounted = b % 3 == 0 },
                _ => done,
            };
            await StepAsync(worker, step);
            worker.Works.Remove(step.Key);
            worker.LastOutcome = step;
        }

        /// <summary>The reply to an outcome got lost: the same again, perhaps much later.</summary>
        private async Task RepeatAsync(FakeWorker worker)
        {
            if (worker.LastOutcome is { } step && !worker.Works.ContainsKey(step.Key))
            {
                await StepAsync(worker, step);
                worker.LastOutcome = null;
            }
        }

        private async Task CancelAsync(int b)
        {
            if (Any(b) is not { } item)
            {
                return;
            }

            var cancelled = item.Status == "cancelled" || _model.Cancel(item);
            var count = await engine.Invitations.CancelAsync(item.Tenant, [item.Id], "staff", default);
            Require(count == (cancelled ? new CancelCount(1, 1, 0) : new CancelCount(1, 0, 1)), $"{item}: {count}");
        }

        private async Task EditAsync(int b)
        {
            if (Any(b) is not { } item)
            {
                return;
            }

            var result = await engine.Invitations.EditNameAsync(item.Tenant, item.Id, "Eva", default);
            Require(result == (item.IsOpen ? EditResult.Edited : EditResult.TooLate), $"{item}: {result}");
            item.Revision += item.IsOpen ? 1 : 0;
        }

        /// <summary>The worker freezes, or dies; another one beats, and judges it. Then it comes back, with what it remembers.</summary>
        private async Task SilenceAsync(FakeWorker worker, int seconds)
        {
            var other = _workers.First(w => w != worker);
            await other.Lane.BeatAsync(default);
            await engine.SilenceAsync(worker.Name, TimeSpan.FromSeconds(seconds));
            var beat = await other.Lane.BeatAsync(default);
            _log.Add($"{worker.Name} silent {seconds} s: {beat}");
            _model.Judge(worker.Name, seconds > 20);
            await worker.Lane.BeatAsync(default);
        }

        private async Task PromoteAsync()
        {
            var moved = (await _workers[0].Lane.PromoteAsync(default)).Moved;
            var expected = _model.Promote();
            Require(moved == expected, $"{moved} promoted, {expected} were due");
        }

        private async Task PauseAsync(string name, bool pause)
        {
            var scope = name switch { "all" => QueueScope.All, "box" => QueueScope.Destination("box"), _ => QueueScope.Tenant(name) };
            await (pause ? engine.Control.PauseAsync(scope, default) : engine.Control.ResumeAsync(scope, default));
            _ = pause ? _model.Paused.Add(name) : _model.Paused.Remove(name);
        }

        private async Task LimitAsync(QueueScope scope, int b)
        {
            TenantRate? rate = (b % 4) switch { 1 => new(100, 2), 2 => new(500, 5), 3 => new(1, 1), _ => null };
            int? concurrency = b % 3 == 1 ? 1 + (b % 5) : null;
            double? weight = scope.Kind == QueueScopeKind.Tenant && b % 5 > 2 ? b % 7 + 0.5 : null;
            await engine.Control.LimitAsync(scope, new TemporaryLimits { Rate = rate, Concurrency = concurrency, Weight = weight }, default);
            _limits[scope.Name!] = new LimitWatch(rate, concurrency, _model.Now);
        }

        private async Task BeginRuleAsync(string tenant)
        {
            if (_model.InForce is not null)
            {
                return;
            }

            var rule = new QueueModel.Rule($"r{_log.Count}", tenant, _model.Items.Where(i => i.Value.Tenant == tenant).Select(i => i.Key));
            rule.Excused.UnionWith(rule.Keys.Where(k => !_model.Items[k].IsOpen));
            await CallSweepAsync([rule.Id, 1, $$"""{"action":"cancel","by":"staff","tenant":"{{tenant}}"}"""]);
            _model.InForce = rule;
        }

        private async Task SweepAsync(int keys)
        {
            if (_model.InForce is not { } rule)
            {
                return;
            }

            var reply = await CallSweepAsync([rule.Id, keys]);
            var picture = await LanePicture.TakeAsync(engine);
            foreach (var item in rule.Keys.Select(k => (Key: k, Item: _model.Items[k])).Where(i => i.Item.IsOpen && picture.Records[i.Key] == ("final", "cancelled")))
            {
                _model.Cancel(item.Item);
                rule.Done++;
            }

            Require((int)reply[3] == rule.Done, $"counted {reply[3]} cancelled, there are {rule.Done}");
            if ((string)reply[0]! == "done")
            {
                _model.InForce = null;
                foreach (var key in rule.Keys.Where(k => _model.Items[k].State == "sending"))
                {
                    _model.Items[key].NotAgain = true;
                }

                var left = rule.Keys.Where(k => !rule.Excused.Contains(k) && _model.Items[k].IsOpen).Select(k => _model.Items[k].ToString()).ToList();
                Require(left.Count == 0, $"passed over: {string.Join("; ", left)}");
            }
        }

        private async Task<RedisResult[]> CallSweepAsync(RedisValue[] arguments) =>
            (await engine.Redis.RunAsync(Script.Sweep, engine.Lanes.All[0].Lane, arguments, default)).Rows();

        private async Task StrangersAsync(FakeWorker worker)
        {
            foreach (var key in (await worker.Lane.HeldAsync(default)).Where(k => !worker.Works.ContainsKey(k)))
            {
                await StepAsync(worker, Step.Back(key));
            }
        }

        private async Task PassAsync(int milliseconds)
        {
            await engine.PassAsync(TimeSpan.FromMilliseconds(milliseconds));
            _model.Now += milliseconds;
        }

        private async Task<StepAnswer> StepAsync(FakeWorker worker, Step step)
        {
            var item = _model.Items[step.Key];
            var (before, was) = (item.ToString(), item.State);
            var expected = _model.Advance(worker.Name, step);
            if (item.State == "sending")
            {
                _model.InForce?.Excused.Add(step.Key);
            }

            // Claimed for nothing: its tokens come back.
            foreach (var scope in was == "claimed" && item.State is "queued" or "scheduled" ? new[] { item.Tenant, item.Group } : [])
            {
                if (_limits.TryGetValue(scope, out var limits))
                {
                    limits.Claimed--;
                }
            }

            var answer = await Engine.StepAsync(worker.Lane, step);
            _log.Add($"{worker.Name} {step.Kind} a={step.Attempt} {step.Status} of {before}: {answer.Kind}");
            Require(answer.Kind == expected, $"{worker.Name} {step.Kind} a={step.Attempt} of {before}: {answer.Kind}, not {expected}");
            return answer;
        }

        private static Step Start(FakeWork work, int b) => Engine.Start(work.Claimed) with
        {
            Revision = work.Revision,
            Delay = b % 4 == 0 ? null : Soon,
            Month = QueueModel.Month,
            MonthlyLimit = QueueModel.MonthlyLimit,
        };

        private QueueModel.Item? Any(int b) => _model.Items.Count == 0 ? null : _model.Items.Values.ElementAt(b % _model.Items.Count);

        private void Require(bool holds, string otherwise)
        {
            if (!holds)
            {
                throw new InvalidOperationException($"{otherwise}\n{string.Join('\n', _log.TakeLast(60))}");
            }
        }
    }

    private sealed class FakeWorker(RedisLane lane, string name)
    {
        public RedisLane Lane { get; } = lane;
        public string Name { get; } = name;
        public long Call { get; set; } = 1;

        /// <summary>The reply to the last claim was lost: the next has the same number.</summary>
        public bool Lost { get; set; }
        public Dictionary<string, FakeWork> Works { get; } = new(StringComparer.Ordinal);
        public Step? LastOutcome { get; set; }

        public FakeWork? Claimed(int n) => Any(n, [.. Works.Values.Where(w => w.Attempt == 0)]);

        public FakeWork? Started(int n) => Any(n, [.. Works.Values.Where(w => w.Attempt > 0)]);

        private static FakeWork? Any(int n, FakeWork[] works) => works.Length == 0 ? null : works[n % works.Length];
    }

    private sealed class FakeWork(ClaimedInvitation claimed)
    {
        public ClaimedInvitation Claimed { get; } = claimed;
        public int Revision { get; set; } = claimed.Facts.Revision;

        /// <summary>0: not started.</summary>
        public int Attempt { get; set; }
    }
}
