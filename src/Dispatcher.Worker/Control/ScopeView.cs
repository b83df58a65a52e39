using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using Dispatcher.Core.Text;

namespace Dispatcher.Worker.Control;

/// <summary>A scope that is paused or limited, as programs see it: <c>pause --list --json</c> and <c>GET /api/v1/control</c>.</summary>
/// <param name="Scope"><c>all</c>, <c>tenant</c> or <c>destination</c>.</param>
/// <param name="Name">Null for all.</param>
/// <param name="PausedAt">Null: not paused.</param>
internal sealed record ScopeView(
    string Scope, string? Name, DateTimeOffset? PausedAt, TenantRate? Rate, int? Concurrency, double? Weight)
{
    public static ScopeView Of(ScopeState state) => new(
        Codes.Of(state.Scope.Kind), state.Scope.Name, state.PausedAt, state.Limits?.Rate, state.Limits?.Concurrency, state.Limits?.Weight);
}
