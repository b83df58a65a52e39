using System.Collections.Concurrent;
using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Tests.Fakes;

/// <summary>Pauses and temporary limits in memory.</summary>
internal sealed class FakeQueueControl : IQueueControl
{
    private readonly ConcurrentDictionary<QueueScope, ScopeState> _scopes = new();

    public bool Away { get; set; }

    public ScopeState? this[QueueScope scope] => _scopes.GetValueOrDefault(scope);

    public ValueTask PauseAsync(QueueScope scope, CancellationToken cancellationToken) =>
        Change(scope, state => state with { PausedAt = state.PausedAt ?? FakeInvitationStore.Now });

    public ValueTask ResumeAsync(QueueScope scope, CancellationToken cancellationToken) => Change(scope, state => state with { PausedAt = null });

    public ValueTask LimitAsync(QueueScope scope, TemporaryLimits? limits, CancellationToken cancellationToken) =>
        scope == QueueScope.All
            ? throw new ArgumentException("Everything at once has no limits.")
            : Change(scope, state => state with { Limits = limits });

    public ValueTask<IReadOnlyList<ScopeState>> ListAsync(CancellationToken cancellationToken)
    {
        Answer();
        return ValueTask.FromResult<IReadOnlyList<ScopeState>>([.. _scopes.Values
            .OrderBy(state => state.Scope.Kind)
            .ThenBy(state => state.Scope.Name, StringComparer.Ordinal)]);
    }

    private ValueTask Change(QueueScope scope, Func<ScopeState, ScopeState> change)
    {
        Answer();
        var state = change(_scopes.GetValueOrDefault(scope) ?? new(scope, null, null));
        _scopes[scope] = state;
        if (state is { PausedAt: null, Limits: null })
        {
            _scopes.TryRemove(scope, out _);
        }

        return ValueTask.CompletedTask;
    }

    private void Answer()
    {
        if (Away)
        {
            throw new StorageUnavailableException("Redis at 127.0.0.1:6379 can't be reached: refused");
        }
    }
}
