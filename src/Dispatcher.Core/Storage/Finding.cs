namespace Dispatcher.Core.Storage;

/// <param name="Code">One of a closed set, for programs and for the documentation: <c>aof-off</c>.</param>
/// <param name="What">What is the matter, with its figures. No addresses.</param>
/// <param name="Remedy">What to do.</param>
public sealed record Finding(FindingSeverity Severity, string Code, string What, string Remedy);

public enum FindingSeverity
{
    Unset = 0,

    /// <summary>Worth knowing, and may be meant so.</summary>
    Info,

    /// <summary>Something is wrong, or will be.</summary>
    Warning,

    /// <summary>Work stands still, or may get lost.</summary>
    Error,
}
