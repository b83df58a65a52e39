using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>What a check says. The zero value is <see cref="VerdictKind.Unset"/>, which no check may return: silence is not consent.</summary>
public readonly record struct CheckVerdict
{
    private CheckVerdict(VerdictKind kind, Status status, string? detail, TimeSpan wait)
    {
        Kind = kind;
        Status = status;
        Detail = detail;
        Wait = wait;
    }

    public static CheckVerdict Pass { get; } = new(VerdictKind.Pass, Status.Unset, null, default);

    public VerdictKind Kind { get; }

    /// <summary>The final status of a <see cref="VerdictKind.Drop"/>.</summary>
    public Status Status { get; }

    /// <summary>For the tenant's staff: what exactly was wrong, without personal data beyond what they gave us.</summary>
    public string? Detail { get; }

    /// <summary>How long a <see cref="VerdictKind.Hold"/> waits; above zero.</summary>
    public TimeSpan Wait { get; }

    /// <summary>How a <see cref="VerdictKind.Hold"/> ends that lasts too long (<see cref="HoldLimit"/>); <see cref="Statuses.Status.Unset"/>: it has no end of its own.</summary>
    public Status EndsAs { get; private init; }

    /// <summary>Since when a <see cref="VerdictKind.Hold"/> has been all that could be said, as far as this worker knows; null: it does not.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Ends the invitation in <paramref name="status"/>.</summary>
    public static CheckVerdict Drop(Status status, string detail) => new(VerdictKind.Drop, status, detail, default);

    /// <summary>Can't be decided now (DNS does not answer): asked again after <paramref name="wait"/>.</summary>
    /// <param name="endsAs">What becomes of it should that last too long; left out: it waits as long as it takes.</param>
    public static CheckVerdict Hold(TimeSpan wait, string detail, Status endsAs = Status.Unset) => new(VerdictKind.Hold, Status.Unset, detail, wait) { EndsAs = endsAs };
}

public enum VerdictKind
{
    Unset = 0,
    Pass,
    Drop,
    Hold,
}
