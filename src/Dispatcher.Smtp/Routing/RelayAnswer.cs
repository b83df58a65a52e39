using Dispatcher.Smtp.Connections;

namespace Dispatcher.Smtp.Routing;

/// <summary>How a relay answered a <see cref="RelayProbe"/>.</summary>
/// <param name="FailedAt">What went wrong.</param>
/// <param name="Problem">In words; null: nothing went wrong. Holds no password.</param>
/// <param name="IsEncrypted">By TLS, as far as it came.</param>
public readonly record struct RelayAnswer(SessionStep FailedAt, string? Problem, bool IsEncrypted);
