using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>What a check says. The zero value is <see cref="VerdictKind.Unset"/>, which no check may return: silence is not consent.</summary>
public readonly record struct CheckVerdict
{
    // Apart, because nearly all verdicts are passes, and dozens are handed on for each invitation: they should be small.
    private readonly Held? _held;

    private CheckVerdict(VerdictKind kind, Status status, string? detail, Held? held)
    {
        Kind = kind;
        Status = status;
        Detail = detail;
        _held = held;
    }

    public static CheckVerdict Pass { get; } = new(VerdictKind.Pass, Status.Unset, null, null);

    public VerdictKind Kind { get; }

    /// <summary>The final status of a <see cref="VerdictKind.Drop"/>.</summary>
    public Status Status { get; }

    /// <summary>For the tenant's staff: what exactly was wrong, without personal data beyond what they gave us.</summary>
    public string? Detail { get; }

    /// <summary>How long a <see cref="VerdictKind.Hold"/> waits; above zero.</summary>
    public TimeSpan Wait => _held?.Wait ?? default;

    /// <summary>How a <see cref="VerdictKind.Hold"/> ends that lasts too long (<see cref="HoldLimit"/>); <see cref="Statuses.Status.Unset"/>: it has no end of its own.</summary>
    public Status EndsAs => _held?.EndsAs ?? Status.Unset;

    /// <summary>Since when a <see cref="VerdictKind.Hold"/> has been all that could be said, as far as this worker knows; null: it does not.</summary>
    public DateTimeOffset? Since => _held?.Since;

    /// <summary>Ends the invitation in <paramref name="status"/>.</summary>
    public static CheckVerdict Drop(Status status, string detail) => new(VerdictKind.Drop, status, detail, null);

    /// <summary>Can't be decided now (DNS does not answer): asked again after <paramref name="wait"/>.</summary>
    /// <param name="endsAs">What becomes of it should that last too long; left out: it waits as long as it takes.</param>
    public static CheckVerdict Hold(TimeSpan wait, string detail, Status endsAs = Status.Unset) => new(VerdictKind.Hold, Status.Unset, detail, new Held(wait, endsAs, null));

    /// <summary>The same, of a <see cref="VerdictKind.Hold"/>, with <see cref="Since"/>.</summary>
    public CheckVerdict HeldSince(DateTimeOffset since) => new(Kind, Status, Detail, _held is { } held ? held with { Since = since } : null);

    private sealed record Held(TimeSpan Wait, Status EndsAs, DateTimeOffset? Since);
}

public enum VerdictKind
{
    Unset = 0,
    Pass,
    Drop,
    Hold,
}
