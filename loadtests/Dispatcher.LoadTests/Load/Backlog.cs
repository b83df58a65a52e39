using Dispatcher.Core.Storage;

namespace Dispatcher.LoadTests.Load;

/// <summary>Puts invitations in, several calls at a time.</summary>
internal static class Backlog
{
    private const int PerCall = 128;
    private const int CallsAtOnce = 4;

    /// <exception cref="InvalidOperationException">One was not accepted.</exception>
    public static Task FillAsync(
        IInvitationStore store, int first, int count, Func<int, NewInvitation> create, Action<long>? progress, CancellationToken cancellationToken)
    {
        var done = 0L;
        return Parallel.ForEachAsync(
            Enumerable.Range(first, count).Chunk(PerCall),
            new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancellationToken },
            async (numbers, token) =>
            {
                var results = await store.AddAsync(Array.ConvertAll(numbers, n => create(n)), "load-test", token);
                if (results.FirstOrDefault(r => r != AddResult.Accepted) is not AddResult.Unset and var refused)
                {
                    throw new InvalidOperationException($"an invitation was not accepted but answered with {refused}");
                }

                progress?.Invoke(Interlocked.Add(ref done, numbers.Length));
            });
    }
}
