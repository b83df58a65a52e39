namespace Dispatcher.LoadTests.Load;

/// <summary>
/// .NET compiles a method again once it has been called often, on a thread of its own. In the first ten seconds of load that takes as much of a
/// processor as the work does, and measured would be the compiler. What is asked for is what a process costs that has run for a while.
/// </summary>
internal static class CompiledCode
{
    // Of some 5,000 in all.
    private const int Few = 20;
    private const int MostRounds = 12;

    /// <summary>Works until hardly anything is compiled any more.</summary>
    /// <param name="compiled">How many methods were compiled so far; each time one is compiled it counts.</param>
    /// <param name="work">A second or two of it.</param>
    public static async Task SettleAsync(Func<Task<long>> compiled, Func<Task> work)
    {
        var before = await compiled();
        for (var round = 0; round < MostRounds; round++)
        {
            await work();
            var now = await compiled();
            if (now - before <= Few)
            {
                return;
            }

            before = now;
        }
    }
}
