using Dispatcher.Core.Addresses;
using Microsoft.Extensions.Options;

namespace Dispatcher.Core.Checks;

/// <summary>
/// Recipient domains that nothing is sent to, each with all below it: those of the settings, and those that operators keep in the store, which
/// are put in the place of the ones before while everything runs. Safe for concurrent calls; look-ups never wait and allocate nothing.
/// </summary>
public sealed class BlockedDomains(IOptions<ChecksOptions> options)
{
    private readonly DomainSet _settings = new(options.Value.BlockedDomains);

    // Replaced whole by whoever watches the store, read by the checks.
    private volatile DomainSet _stored = new([]);

    /// <summary>Whether either list has the domain or one above it.</summary>
    public bool Covers(ReadOnlySpan<char> domain) => _settings.Covers(domain) || _stored.Covers(domain);

    /// <summary>Puts the store's list in the place of the one before.</summary>
    public void Replace(DomainSet stored) => _stored = stored;
}
