using System.Collections.Frozen;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Addresses;

/// <summary>
/// Knows the slips of the finger in the domains of large mailbox services: <c>gmial.com</c>, <c>hotmail.con</c>. A suggestion and no more:
/// what is suggested against may exist. Pure; safe for concurrent calls.
/// </summary>
public static class DomainTypos
{
    private const int LongestTarget = 20;

    // Where many customers have their mailbox. Short names are left out: too many others are one letter away from them.
    private static readonly string[] Targets =
    [
        "gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk", "hotmail.fr", "hotmail.de", "hotmail.it", "hotmail.es", "hotmail.se", "outlook.com",
        "outlook.de", "outlook.fr", "outlook.es", "yahoo.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "yahoo.it", "yahoo.es", "icloud.com", "protonmail.com",
        "t-online.de", "freenet.de", "orange.fr", "wanadoo.fr", "laposte.net", "libero.it", "virgilio.it", "telia.com", "comcast.net", "btinternet.com",
        "ziggo.nl", "hetnet.nl", "online.no", "verizon.net", "bigpond.com",
    ];

    // One letter away from a target, and somebody's.
    private static readonly FrozenSet<string> Others = FrozenSet.ToFrozenSet(
    [
        "mail.com", "email.com", "ymail.com", "gmail.de", "gmail.co", "hotmail.ch", "hotmail.cl", "hotmail.dk", "hotmail.be", "hotmail.nl", "hotmail.no", "hotmail.fi",
        "hotmail.ca", "hotmail.gr", "hotmail.sg", "hotmail.my", "hotmail.at", "hotmail.pt", "hotmail.com.ar", "outlook.dk", "outlook.be", "outlook.it", "outlook.pt",
        "outlook.ie", "outlook.in", "outlook.at", "outlook.sk", "outlook.jp", "outlook.kr", "yahoo.ca", "yahoo.in", "yahoo.se", "yahoo.no", "yahoo.dk", "yahoo.pl",
        "yahoo.at", "yahoo.ro", "yahoo.gr", "yahoo.cn", "yahoo.ie", "yahoo.be", "yahoo.nl", "telia.se", "orange.es", "orange.pl", "orange.be", "online.de",
        "online.fr", "online.nl", "icloud.de", "freenet.at",
    ]);

    // No such top-level domains exist.
    private static readonly FrozenDictionary<string, string> Ends = new[] { ("com", "con cmo ocm vom xom comm coom cpm clm"), ("net", "nte nett"), ("org", "ogr orgg") }
        .SelectMany(end => end.Item2.Split(' '), (end, slip) => (slip, end.Item1))
        .ToFrozenDictionary(pair => pair.slip, pair => pair.Item2);

    /// <param name="domain">Well formed, in any case.</param>
    /// <returns>What was probably meant; null: nothing is known.</returns>
    public static string? Suggest(string domain)
    {
        var name = domain.ToLowerInvariant();
        if (Others.Contains(name) || Targets.Contains(name))
        {
            return null;
        }

        var dot = name.LastIndexOf('.');
        var whole = dot >= 0 && Ends.TryGetValue(name[(dot + 1)..], out var end) ? $"{name[..(dot + 1)]}{end}" : name;
        if (whole.Length <= LongestTarget && !Targets.Contains(whole))
        {
            foreach (var target in Targets)
            {
                if (Math.Abs(target.Length - whole.Length) <= 1 && NearestName.Distance(whole, target) == 1)
                {
                    return target;
                }
            }
        }

        return whole == name ? null : whole;
    }
}
