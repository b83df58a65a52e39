using Dispatcher.Core.Addresses;

namespace Dispatcher.Core.Checks;

/// <summary>Domains one a line; <c>#</c> begins a comment, <c>!</c> an exception.</summary>
/// <param name="Deny">The domains.</param>
/// <param name="Allow">The exceptions, which go before all domains wherever they stand.</param>
/// <param name="Bad">Numbers of lines that hold no domain, from 1; they are skipped.</param>
internal sealed record DomainLines(IReadOnlyList<string> Deny, IReadOnlyList<string> Allow, IReadOnlyList<int> Bad)
{
    public static DomainLines Empty { get; } = new([], [], []);

    public static DomainLines Read(IEnumerable<string> lines)
    {
        var (deny, allow, bad, number) = (new List<string>(), new List<string>(), new List<int>(), 0);
        foreach (var line in lines)
        {
            number++;
            var text = line.AsSpan();
            var comment = text.IndexOf('#');
            text = (comment < 0 ? text : text[..comment]).Trim();
            var exception = text is ['!', ..];
            var domain = exception ? text[1..].Trim() : text;
            if (domain.IsEmpty && !exception)
            {
                continue;
            }

            if (DomainSyntax.FindFault(domain) is null)
            {
                (exception ? allow : deny).Add(domain.ToString());
            }
            else
            {
                bad.Add(number);
            }
        }

        return new(deny, allow, bad);
    }
}
