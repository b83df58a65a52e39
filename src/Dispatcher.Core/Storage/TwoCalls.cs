namespace Dispatcher.Core.Storage;

/// <summary>Keeps at most two calls under way: one is put together while another is answered. Owned by one caller.</summary>
public sealed class TwoCalls
{
    /// <summary>The call that began last; ended, where there was none.</summary>
    public Task Last { get; private set; } = Task.CompletedTask;

    /// <summary>Takes a call that has begun, and waits for the one before it.</summary>
    /// <exception cref="Exception">What the one before threw; the new one has ended by then.</exception>
    public async Task AddAsync(Task call)
    {
        try
        {
            await Last.ConfigureAwait(false);
        }
        catch
        {
            await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        Last = call;
    }
}
