using System.Globalization;

namespace Dispatcher.Core.Tenants;

/// <summary>A tenant as its file says. The defaults are those of a tenant without a file.</summary>
public sealed record TenantSettings
{
    public required string Tenant { get; init; }

    public string? DisplayName { get; init; }

    public string? Domain { get; init; }

    /// <summary>Default <see cref="Plan.Unlimited"/>.</summary>
    public Plan Plan { get; init; } = Plan.Unlimited;

    public IReadOnlyList<string> AddOns { get; init; } = [];

    /// <summary>Invitations a calendar month in <see cref="TimeZone"/>; overrides the plan's. Null: the plan's.</summary>
    public int? MonthlyLimit { get; init; }

    /// <summary>What becomes of an invitation when the month's are used up. Default <see cref="LimitReached.End"/>.</summary>
    public LimitReached LimitReached { get; init; } = LimitReached.End;

    /// <summary>IANA name; default UTC.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>ISO 3166 alpha-2; null: not said.</summary>
    public string? Region { get; init; }

    public TenantRate? Rate { get; init; }

    /// <summary>Most invitations claimed or on the wire at once, over all workers. Null: no limit.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Share of service against other tenants; default 1, 0.01 to 1000.</summary>
    public double Weight { get; init; } = 1;

    public FrequencyRule? Frequency { get; init; }

    public KickstartGrant? Kickstart { get; init; }

    public bool Reminders { get; init; } = true;

    /// <summary>What becomes of an attempt whose outcome is unknown. Default <see cref="UncertainPolicy.Resend"/>.</summary>
    public UncertainPolicy Uncertain { get; init; } = UncertainPolicy.Resend;

    /// <summary>When to try again; null: as the worker's settings say.</summary>
    public TenantRetry? Retry { get; init; }

    public SenderSettings? Sender { get; init; }

    public SuppressionSettings Suppression { get; init; } = new();

    /// <summary>Throw-away mail services that the tenant adds, and exceptions; null: none.</summary>
    public TenantDomains? TemporaryDomains { get; init; }

    /// <summary>Longest reference number, in characters; null: <c>Checks:MaxReferenceLength</c>.</summary>
    public int? MaxReferenceLength { get; init; }

    /// <summary>True: the tenant broke the rules; everything of it ends as <c>blocked</c>.</summary>
    public bool Blocked { get; init; }

    /// <summary>The limit in force: own, else none with add-on <see cref="AddOn.Unlimited"/>, else the plan's; null: none.</summary>
    public int? EffectiveMonthlyLimit => MonthlyLimit ?? Plan switch
    {
        _ when AddOns.Contains(AddOn.Unlimited) => null,
        Plan.Free => 100,
        Plan.Standard => 500,
        _ => null,
    };

    /// <summary>By what is decided whether an invitation waits for the next month, and when that is: who goes by earlier settings is told by it.</summary>
    public string MonthlyRule => string.Create(CultureInfo.InvariantCulture, $"{EffectiveMonthlyLimit} {LimitReached} {TimeZone}");

    /// <summary>
    /// Whether the plan or an add-on gives it what <paramref name="addOn"/> names (see <see cref="AddOn"/>); plan unlimited has all.
    /// </summary>
    public bool Includes(string addOn) => Plan == Plan.Unlimited || AddOns.Contains(addOn);

    public static TenantSettings Default(string tenant) => new() { Tenant = tenant };
}

public enum Plan
{
    Unlimited = 0,
    Free,
    Standard,
}

public enum LimitReached
{
    /// <summary>It ends as <c>limit-reached</c>.</summary>
    End = 0,

    /// <summary>It waits for the next month in the tenant's time zone.</summary>
    Wait,
}

public enum UncertainPolicy
{
    /// <summary>Try again after the first retry step with the same Message-ID; hold after two uncertain attempts.</summary>
    Resend = 0,

    /// <summary>End as <c>internal-error</c> with detail <c>uncertain</c>.</summary>
    Hold,
}

/// <summary>Sends a second over all workers, with the burst that may go at once.</summary>
public sealed record TenantRate(double PerSecond, int Burst);

/// <summary>At most one invitation to a recipient in <paramref name="Days"/> days, or ever.</summary>
public sealed record FrequencyRule(int? Days, bool Once)
{
    /// <summary>"Ever" is ten years: nothing is remembered for good.</summary>
    public TimeSpan Interval => TimeSpan.FromDays(Once ? 3650 : Days ?? 0);
}

/// <summary>Kickstart invitations: until when, and how many.</summary>
public sealed record KickstartGrant(DateOnly Until, int Max);

public sealed record SenderSettings
{
    public string? Name { get; init; }
    public string? Email { get; init; }
    public string? ReplyTo { get; init; }
    public string? BounceDomain { get; init; }
    public string? DkimDomain { get; init; }
}

public sealed record SuppressionSettings
{
    public int HardBounceDays { get; init; } = 365;
    public int ComplaintDays { get; init; } = 3650;
}
