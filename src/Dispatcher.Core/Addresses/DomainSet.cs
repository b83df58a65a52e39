using System.Collections.Frozen;

namespace Dispatcher.Core.Addresses;

/// <summary>
/// Domains of which each covers all below it: <c>example.com</c> matches <c>mail.example.com</c>. Immutable; safe for concurrent calls;
/// look-ups neither allocate nor mind the case.
/// </summary>
public sealed class DomainSet
{
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _domains;

    /// <param name="domains">Well-formed; international ones in either form.</param>
    public DomainSet(IEnumerable<string> domains)
    {
        var set = domains.Select(DomainSyntax.Normalise).ToFrozenSet(StringComparer.Ordinal);
        Count = set.Count;
        _domains = set.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int Count { get; }

    /// <summary>True when the domain or one above it is in the set.</summary>
    public bool Covers(ReadOnlySpan<char> domain)
    {
        if (Count == 0)
        {
            return false;
        }

        return System.Text.Ascii.IsValid(domain) ? CoversAscii(domain) : CoversAscii(DomainSyntax.ToAscii(domain));
    }

    /// <summary>Lower case once and an ordinal set: about half the time of a set that minds no case.</summary>
    private bool CoversAscii(ReadOnlySpan<char> domain)
    {
        Span<char> buffer = stackalloc char[DomainSyntax.MaxLength];
        if (domain.Length > buffer.Length)
        {
            return false;
        }

        System.Text.Ascii.ToLower(domain, buffer, out var length);
        for (ReadOnlySpan<char> rest = buffer[..length]; ;)
        {
            if (_domains.Contains(rest))
            {
                return true;
            }

            // The last label alone is no domain.
            var dot = rest.IndexOf('.');
            if (dot < 0)
            {
                return false;
            }

            rest = rest[(dot + 1)..];
        }
    }
}
