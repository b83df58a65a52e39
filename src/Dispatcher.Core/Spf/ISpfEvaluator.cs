namespace Dispatcher.Core.Spf;

/// <summary>Evaluates SPF records (RFC 7208). Safe for concurrent calls; bounded in time.</summary>
public interface ISpfEvaluator
{
    /// <summary><c>check_host()</c> of the sender's domain. Completes at once while all that it needs is cached.</summary>
    /// <returns>Never <see cref="SpfResult.Unset"/>.</returns>
    /// <exception cref="OperationCanceledException">Only when <paramref name="cancellationToken"/> fired.</exception>
    ValueTask<SpfVerdict> CheckHostAsync(SpfRequest request, CancellationToken cancellationToken);

    /// <summary>Where an <c>include:</c> stands in a domain's record and those that it includes, counted by DNS look-ups.</summary>
    /// <returns>The number of the look-up that it is, from 1 on, above 10 if evaluation never gets there; null: it is not there, or
    /// DNS did not answer.</returns>
    ValueTask<int?> FindIncludeAsync(string domain, string include, CancellationToken cancellationToken);
}
