using System.Globalization;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Redis.Tests;

/// <summary>
/// Random interleavings of everything that workers, staff and producers do, with workers that freeze and come back, replies that get lost
/// and steps that come twice; after each the whole lane is looked at. Seeded: a failure names its seed and steps.
/// </summary>
public sealed class InterleavingTests(RedisFixture redis)
{
    private const int Steps = 400;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(18)]
    [InlineData(30)]
    [InlineData(34)]
    [InlineData(54)]
    public async Task AnyOrder_EachUnfinishedInvitationIsInOnePlaceAndCountersAreTrue(int seed)
    {
        await using var engine = await Engine.StartAsync(redis.Server);
        using var site = new Site(engine, seed);
        for (var step = 0; step < Steps; step++)
        {
            await site.StepAsync();
            await site.VerifyAsync();
        }

        await site.FinishAsync();
    }

    private sealed class Site(Engine engine, int seed) : IDisposable
    {
        private const string Month = "2026-11";
        private const int Limit = 8;
        private static readonly string[] Tenants = ["acme", "beta", "gamma"];
        private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);
        private readonly Random _random = new(seed);
        private readonly List<string> _story = [];
        private readonly List<FakeWorker> _workers = [.. Enumerable.Range(1, 3).Select(n => new FakeWorker(engine.Lane($"w{n}"), $"w{n}"))];
        private readonly HashSet<string> _delivered = new(StringComparer.Ordinal);
        private int _added;

        public async Task StepAsync()
        {
            var worker = _workers[_random.Next(_workers.Count)];
            switch (_random.Next(27))
            {
                case < 2: await AddAsync(); break;
                case < 7: await ClaimAsync(worker); break;
                case < 12: await DecideAsync(worker, worker.Claimed(_random)); break;
                case < 15: await EndAsync(worker, worker.Started(_random)); break;
                case < 17: await RepeatAsync(worker); break;
                case 17: await CancelAsync(); break;
                case 18: await EditAsync(); break;
                case < 21: await SilenceAsync(worker, _random.Next(3) == 0 ? 6 : 21); break;
                case 21: await ReleaseAsync(); break;
                case < 26: await Say("promote", worker.Lane.PromoteAsync(default)); break;
                default: await ReturnStrangersAsync(worker); break;
            }
        }

        public async Task VerifyAsync()
        {
            var picture = await LanePicture.TakeAsync(engine);
            var undone = _delivered.Where(k => picture.Records[k] != ("final", "delivered")).Select(k => $"{k} was delivered and is {picture.Records[k]}");
            var faults = picture.Faults.Concat(undone).ToList();
            var concerned = faults.Count == 0 ? [] : _story.SkipLast(40).Where(line => faults.Any(f => line.Split(' ').Any(word => word.Length == 22 && f.Contains(word, StringComparison.Ordinal))));
            Assert.True(faults.Count == 0, $"seed {seed}, step {_story.Count}: {string.Join("; ", faults)}\n{string.Join('\n', [.. concerned, "…", .. _story.TakeLast(40)])}");
        }

        /// <summary>One worker stays; everything must end.</summary>
        public async Task FinishAsync()
        {
            var last = _workers[0];
            _workers.RemoveRange(1, _workers.Count - 1);
            for (var turn = 0; turn < 500; turn++)
            {
                await SilenceAsync(new FakeWorker(last.Lane, "w2"), 21);
                await SilenceAsync(new FakeWorker(last.Lane, "w3"), 21);
                await last.Lane.PromoteAsync(default);
                await ReturnStrangersAsync(last);
                await ClaimAsync(last);
                while (last.Claimed(_random) is { } claimed)
                {
                    await DecideAsync(last, claimed);
                }

                while (last.Started(_random) is { } started)
                {
                    await EndAsync(last, started);
                }

                await VerifyAsync();
                if ((await LanePicture.TakeAsync(engine)).Records.Values.All(r => r.State == "final"))
                {
                    return;
                }
            }

            var left = (await LanePicture.TakeAsync(engine)).Records.Where(r => r.Value.State != "final");
            Assert.Fail($"seed {seed}: not ended: {string.Join(", ", left)}\n{string.Join('\n', _story.TakeLast(40))}");
        }

        public void Dispose() => _workers.ForEach(w => w.Lane.Dispose());

        private async Task AddAsync()
        {
            DateTimeOffset? sendAt = _random.Next(3) == 0 ? TimeProvider.System.GetUtcNow().AddMilliseconds(20) : null;
            if (_added >= 60)
            {
                return;
            }

            await Say("add", engine.AddAsync(Tenants[_added % Tenants.Length], Id(_added++), sendAt));
        }

        private async Task ClaimAsync(FakeWorker worker)
        {
            var lost = _random.Next(5) == 0;
            foreach (var claimed in (await worker.Lane.ClaimAsync(worker.Call, _random.Next(1, 5), default)).Entries)
            {
                _story.Add($"{worker.Name} claimed {claimed.Key} a={claimed.Attempt}{(lost ? " (reply lost)" : "")}");
                if (!lost)
                {
                    // As the pipeline: what it has already is not taken twice.
                    worker.Works.TryAdd(claimed.Key, new FakeWork(claimed));
                }
            }

            worker.Call += lost ? 0 : 1;
        }

        private async Task DecideAsync(FakeWorker worker, FakeWork? work)
        {
            if (work is null)
            {
                return;
            }

            var start = Engine.Start(work.Claimed) with { Revision = work.Revision, Delay = _random.Next(4) == 0 ? null : Soon, Month = Month, MonthlyLimit = Limit };
            var step = _random.Next(15) switch
            {
                0 => start with { Kind = StepKind.Drop, Status = Status.InvalidRecipient },
                1 => start with { Kind = StepKind.Hold, Delay = Soon },
                2 => start with { Kind = StepKind.Back },
                _ => start,
            };
            var answer = await StepAsync(worker, step);
            if (step.Kind == StepKind.Start && answer.Kind == StepAnswerKind.Ok)
            {
                work.Attempt = step.Attempt + 1;
            }
            else if (answer.Kind == StepAnswerKind.Changed)
            {
                var over = answer.Facts!.Months.GetValueOrDefault(Month) >= Limit;
                work.Revision = answer.Facts.Revision;
                if (over)
                {
                    await StepAsync(worker, start with { Kind = StepKind.Drop, Status = Status.LimitReached, Revision = work.Revision });
                    worker.Works.Remove(work.Claimed.Key);
                }
            }
            else
            {
                worker.Works.Remove(work.Claimed.Key);
            }
        }

        private async Task EndAsync(FakeWorker worker, FakeWork? work)
        {
            if (work is null)
            {
                return;
            }

            var done = Engine.Done(work.Claimed) with { Attempt = work.Attempt };
            var step = _random.Next(6) switch
            {
                0 => done with { Kind = StepKind.Defer, AcceptedBy = null, Delay = Soon },
                1 => done with { Kind = StepKind.Interrupt, AcceptedBy = null },
                2 => done with { Kind = StepKind.Unsure, AcceptedBy = null },
                3 => done with { Status = Status.Rejected, AcceptedBy = null },
                _ => done,
            };
            await StepAsync(worker, step);
            worker.Works.Remove(work.Claimed.Key);
            worker.LastOutcome = step;
            if (step.Status == Status.Delivered && step.Kind == StepKind.Done)
            {
                // Whatever happened meanwhile: what the peer took is delivered.
                _delivered.Add(step.Key);
            }
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

        private Task CancelAsync() => _added == 0 ? Task.CompletedTask : Say("cancel", engine.Invitations.CancelAsync(null, [Id(_random.Next(_added))], "staff", default).AsTask());

        private Task ReleaseAsync() => _added == 0 ? Task.CompletedTask : Say("release", engine.Invitations.ReleaseAsync(null, [Id(_random.Next(_added))], "staff", default).AsTask());

        private Task EditAsync() => _added == 0 ? Task.CompletedTask : Say("edit", engine.Invitations.EditNameAsync(null, Id(_random.Next(_added)), "Eva", default).AsTask());

        /// <summary>The worker freezes, or dies and comes back; another one beats.</summary>
        private async Task SilenceAsync(FakeWorker frozen, int seconds)
        {
            var other = _workers.Find(w => w.Name != frozen.Name) ?? _workers[0];
            await other.Lane.BeatAsync(default);
            await engine.SilenceAsync(frozen.Name, TimeSpan.FromSeconds(seconds));
            await Say($"{frozen.Name} silent {seconds} s", other.Lane.BeatAsync(default));
        }

        private async Task ReturnStrangersAsync(FakeWorker worker)
        {
            foreach (var key in (await worker.Lane.HeldAsync(default)).Where(k => !worker.Works.ContainsKey(k)))
            {
                await StepAsync(worker, new Step { Kind = StepKind.Back, Key = key, Attempt = 0 });
            }
        }

        private async Task<StepAnswer> StepAsync(FakeWorker worker, Step step)
        {
            var answer = await Engine.StepAsync(worker.Lane, step);
            _story.Add($"{worker.Name} {step.Kind} {step.Key} a={step.Attempt} {step.Status}: {answer.Kind}");
            return answer;
        }

        private async Task Say<T>(string what, Task<T> call) => _story.Add($"{what}: {await call}");

        private static string Id(int number) => "i" + number.ToString(CultureInfo.InvariantCulture);
    }

    private sealed class FakeWorker(RedisLane lane, string name)
    {
        public RedisLane Lane { get; } = lane;
        public string Name { get; } = name;
        public long Call { get; set; } = 1;
        public Dictionary<string, FakeWork> Works { get; } = new(StringComparer.Ordinal);
        public Step? LastOutcome { get; set; }

        public FakeWork? Claimed(Random random) => Any(random, [.. Works.Values.Where(w => w.Attempt == 0)]);

        public FakeWork? Started(Random random) => Any(random, [.. Works.Values.Where(w => w.Attempt > 0)]);

        private static FakeWork? Any(Random random, FakeWork[] works) => works.Length == 0 ? null : works[random.Next(works.Length)];
    }

    private sealed class FakeWork(ClaimedInvitation claimed)
    {
        public ClaimedInvitation Claimed { get; } = claimed;
        public int Revision { get; set; } = claimed.Facts.Revision;

        /// <summary>0: not started.</summary>
        public int Attempt { get; set; }
    }
}
