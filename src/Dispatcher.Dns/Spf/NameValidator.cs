using System.Net;
using System.Net.Sockets;
using Dispatcher.Core.Dns;

namespace Dispatcher.Dns.Spf;

/// <summary>The names of the sending address that lead back to it (RFC 7208 section 5.5).</summary>
internal sealed class NameValidator(IDnsResolver resolver)
{
    /// <summary>What <c>%{p}</c> stands for when there is no such name (section 7.3).</summary>
    public const string Unknown = "unknown";

    /// <summary>Names that are tried; the sender does not choose how many there are (section 4.6.4).</summary>
    private const int MostNames = 10;

    /// <summary>True when a name that leads back is the domain or below it. A failing look-up is no match (section 5.5).</summary>
    public async ValueTask<bool> IsWithinAsync(
        DnsAnswer<string> names, SpfEvaluation evaluation, string domain, CancellationToken cancellationToken)
    {
        foreach (var name in names.Records.Take(MostNames))
        {
            if (IsWithin(name, domain) && await LeadsBackAsync(name, evaluation, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The value of <c>%{p}</c>: the domain itself if it leads back, else a name below it, else any.</summary>
    public async ValueTask<string> FindAsync(SpfEvaluation evaluation, string domain, CancellationToken cancellationToken)
    {
        var names = await resolver.QueryPtrAsync(evaluation.Address, cancellationToken).ConfigureAwait(false);
        evaluation.Note(names);
        foreach (var name in names.Records.Take(MostNames).OrderBy(name => name.Equals(domain, StringComparison.OrdinalIgnoreCase) ? 0 : IsWithin(name, domain) ? 1 : 2))
        {
            if (await LeadsBackAsync(name, evaluation, cancellationToken).ConfigureAwait(false))
            {
                return name;
            }
        }

        return Unknown;
    }

    private async ValueTask<bool> LeadsBackAsync(string name, SpfEvaluation evaluation, CancellationToken cancellationToken)
    {
        if (evaluation.IsOverTime)
        {
            return false;
        }

        var addresses = await AddressesAsync(resolver, name, evaluation.Address, cancellationToken).ConfigureAwait(false);
        evaluation.Note(addresses);
        return addresses.Records.Contains(evaluation.Address);
    }

    /// <summary>Addresses of the same family as the sender's.</summary>
    public static ValueTask<DnsAnswer<IPAddress>> AddressesAsync(
        IDnsResolver resolver, string name, IPAddress sender, CancellationToken cancellationToken) =>
        sender.AddressFamily == AddressFamily.InterNetwork
            ? resolver.QueryAAsync(name, cancellationToken)
            : resolver.QueryAaaaAsync(name, cancellationToken);

    private static bool IsWithin(string name, string domain) =>
        name.Length == domain.Length
            ? name.Equals(domain, StringComparison.OrdinalIgnoreCase)
            : name.Length > domain.Length && name[name.Length - domain.Length - 1] == '.' && name.EndsWith(domain, StringComparison.OrdinalIgnoreCase);
}
