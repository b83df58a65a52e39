using System.Net;
using Dispatcher.Core.Spf;

namespace Dispatcher.Dns.Spf;

/// <summary>
/// Finds an <c>include:</c> in a domain's record and the records that it includes, in the order of evaluation, and counts the look-ups up to it. Nothing
/// is matched, so the count is that of an address that no earlier term lets through. Terms with macros count, and are not followed.
/// </summary>
internal sealed class IncludeFinder(SpfRecordSource records, TimeProvider time)
{
    /// <summary>Far beyond the limit that evaluation has, yet an end.</summary>
    private const int MostLookups = 50;

    private readonly SpfEvaluation _evaluation = new(new SpfRequest(IPAddress.None, "", ""), "", time);
    private int _lookups;

    public async ValueTask<int?> FindAsync(string domain, string include, CancellationToken cancellationToken) =>
        await SearchAsync(domain, include, cancellationToken).ConfigureAwait(false) ? _lookups : null;

    private async ValueTask<bool> SearchAsync(string domain, string include, CancellationToken cancellationToken)
    {
        if ((await records.FindAsync(_evaluation, domain, cancellationToken).ConfigureAwait(false)).Record is not { } record)
        {
            return false;
        }

        foreach (var directive in record.Directives)
        {
            if (directive.Kind == MechanismKind.All)
            {
                // Nothing behind it is ever looked at, a redirect neither.
                return false;
            }

            if (directive.NeedsDns && await FollowAsync(directive.Kind == MechanismKind.Include ? directive.Domain : null, include, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }

        return record.Redirect is { } redirect && await FollowAsync(redirect, include, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Counts a look-up, and follows it where another record is meant.</summary>
    private async ValueTask<bool> FollowAsync(MacroString? target, string include, CancellationToken cancellationToken)
    {
        if (++_lookups > MostLookups || target?.Constant is not { } name)
        {
            return false;
        }

        name = name.TrimEnd('.');
        return name.Equals(include, StringComparison.OrdinalIgnoreCase) || await SearchAsync(name, include, cancellationToken).ConfigureAwait(false);
    }
}
