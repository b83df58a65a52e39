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

    /// <summary>Ends the invitation in <paramref name="status"/>.</summary>
    public static CheckVerdict Drop(Status status, string detail) => new(VerdictKind.Drop, status, detail, default);

    /// <summary>Can't be decided now (DNS does not answer): asked again after <paramref name="wait"/>.</summary>
    public static CheckVerdict Hold(TimeSpan wait, string detail) => new(VerdictKind.Hold, Status.Unset, detail, wait);
}

public enum VerdictKind
{
    Unset = 0,
    Pass,
    Drop,
    Hold,
}
