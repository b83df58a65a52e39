using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Tenants;
using Microsoft.Extensions.Time.Testing;

namespace Dispatcher.Core.Tests.Pipeline;

public sealed class OutcomeMapperTests : ITenantDirectory
{
    private static readonly DeliveryOutcome Deferred = new() { Kind = OutcomeKind.Deferred, ReplyCode = 451 };
    private static readonly DeliveryOutcome RelayAway = new() { Kind = OutcomeKind.Deferred, NoConnection = true, Uncounted = true, RetryAfter = TimeSpan.FromSeconds(5), Status = Status.InternalError };
    private static readonly DeliveryOutcome ExchangerAway = new() { Kind = OutcomeKind.Deferred, NoConnection = true };

    private readonly FakeTimeProvider _time = new();

    public static TheoryData<string, DeliveryOutcome, bool, Status> Outcomes => new()
    {
        { "a reply", Deferred, false, Status.RecipientServerProblem },
        { "a reply that names a wait", Deferred with { RetryAfter = TimeSpan.FromSeconds(5) }, false, Status.RecipientServerProblem },
        { "no connection to the recipient's server", ExchangerAway, false, Status.RecipientServerProblem },
        { "not tried, as nobody answered the ones before", ExchangerAway with { Uncounted = true, RetryAfter = TimeSpan.FromSeconds(5) }, true, Status.RecipientServerProblem },
        { "a greeting that names a wait", ExchangerAway with { ReplyCode = 421, RetryAfter = TimeSpan.FromMinutes(5) }, false, Status.RecipientServerProblem },
        { "no connection to a relay of ours", RelayAway, true, Status.InternalError },
    };

    public TenantSettings Get(string tenant) => TenantSettings.Default(tenant);

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void Map_Deferred_CountsWhatWasTriedAndBlamesWhoseServerItIs(string name, DeliveryOutcome outcome, bool uncounted, Status atTheEnd)
    {
        var soon = Map(outcome, TimeSpan.FromHours(1));
        var tooOld = Map(outcome, TimeSpan.FromDays(4));

        Assert.True((StepKind.Defer, uncounted) == (soon.Kind, soon.Uncounted), name);
        Assert.Equal((StepKind.Done, atTheEnd, uncounted), (tooOld.Kind, tooOld.Status, tooOld.Uncounted));
    }

    private Step Map(in DeliveryOutcome outcome, TimeSpan age)
    {
        var claimed = new ClaimedInvitation
        {
            Key = "k",
            Tenant = "acme",
            Id = "a",
            Body = default,
            Attempt = 0,
            FirstAttempt = _time.GetUtcNow() - age,
            Facts = new FreshFacts(null, 0, null, new Dictionary<string, long>()),
        };
        return new OutcomeMapper(new RetrySchedule(new RetryOptions(), () => 0), this, _time).Map(new Work(null!, claimed, 0) { Attempt = 1 }, outcome);
    }
}
