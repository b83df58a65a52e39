using Dispatcher.Core.Pipeline;

namespace Dispatcher.LoadTests.Load;

/// <summary>Counts what happened to each of the invitations 0 to <paramref name="expected"/> - 1. Safe for concurrent use.</summary>
internal sealed class Tally(int expected)
{
    private readonly byte[] _claims = new byte[expected];
    private long _claimed;
    private long _recorded;
    private long _refused;
    private long _repeated;
    private long _rows;

    public int Expected => expected;

    public long Claimed => Volatile.Read(ref _claimed);

    /// <summary>Outcomes that the engine took.</summary>
    public long Recorded => Volatile.Read(ref _recorded);

    /// <summary>Starts and outcomes that the engine did not take.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Claimed more than once, or not ours at all.</summary>
    public long Repeated => Volatile.Read(ref _repeated);

    /// <summary>Entries of one tenant that came in a row, on average: a visit, or several of the same tenant.</summary>
    public double EntriesInARow => (double)Claimed / Math.Max(1, Volatile.Read(ref _rows));

    public bool AllClaimed => Claimed >= expected;

    public void Claim(IReadOnlyList<ClaimedInvitation> batch)
    {
        string? tenant = null;
        foreach (var claimed in batch)
        {
            if (claimed.Tenant != tenant)
            {
                tenant = claimed.Tenant;
                Interlocked.Increment(ref _rows);
            }

            lock (_claims)
            {
                var number = TestInvitation.NumberOf(claimed.Id);
                if (number >= expected || ++_claims[number] > 1)
                {
                    _repeated++;
                }
            }
        }

        Interlocked.Add(ref _claimed, batch.Count);
    }

    public void Answer(Step step, StepAnswer answer)
    {
        if (answer.Kind != StepAnswerKind.Ok)
        {
            Interlocked.Increment(ref _refused);
        }
        else if (step.Kind == StepKind.Done)
        {
            Interlocked.Increment(ref _recorded);
        }
    }
}
