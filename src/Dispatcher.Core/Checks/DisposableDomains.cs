using System.Reflection;
using Dispatcher.Core.Addresses;

namespace Dispatcher.Core.Checks;

/// <summary>
/// The throw-away mail services that ship with the product, with additions and exceptions. Source and licence: the data file's head.
/// </summary>
public static class DisposableDomains
{
    /// <param name="further">Lines as <see cref="ChecksOptions.DisposableDomainsFile"/> describes them.</param>
    public static DomainSet Load(IEnumerable<string> further)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("disposable-domains.txt")
            ?? throw new InvalidOperationException("The embedded list of throw-away domains is missing.");
        using var reader = new StreamReader(stream);
        var domains = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (reader.ReadLine() is { } line)
        {
            Apply(line, domains);
        }

        foreach (var line in further)
        {
            Apply(line, domains);
        }

        return new DomainSet(domains);
    }

    private static void Apply(string line, HashSet<string> domains)
    {
        var domain = line.Split('#')[0].Trim();
        if (domain.StartsWith('!'))
        {
            domains.Remove(domain[1..].Trim());
        }
        else if (domain.Length > 0)
        {
            domains.Add(domain);
        }
    }
}
