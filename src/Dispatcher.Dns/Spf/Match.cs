using Dispatcher.Core.Spf;

namespace Dispatcher.Dns.Spf;

/// <summary>What one mechanism came to.</summary>
/// <param name="Error">The result of the evaluation when <see cref="MatchKind.Error"/>.</param>
internal readonly record struct Match(MatchKind Kind, SpfResult Error)
{
    public static Match Yes { get; } = new(MatchKind.Yes, SpfResult.Unset);

    public static Match No { get; } = new(MatchKind.No, SpfResult.Unset);

    public static Match Failed(SpfResult error) => new(MatchKind.Error, error);

    public static Match Of(bool matches) => matches ? Yes : No;
}

internal enum MatchKind
{
    Unset = 0,
    Yes,
    No,

    /// <summary>Evaluation ends here.</summary>
    Error,
}
