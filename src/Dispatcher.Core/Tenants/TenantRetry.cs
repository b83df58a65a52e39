namespace Dispatcher.Core.Tenants;

/// <summary>When to try again what was not taken, where a tenant wants it otherwise than <c>Retry:Schedule</c> and <c>Retry:MaxAge</c>.</summary>
/// <param name="Schedule">Waits after the first, second, … attempt; the last one repeats. Empty: the worker's.</param>
/// <param name="MaxAge">Age since the first attempt at which trying ends. Null: the worker's.</param>
public sealed record TenantRetry(IReadOnlyList<TimeSpan> Schedule, TimeSpan? MaxAge);
