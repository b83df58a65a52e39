using System.Globalization;
using Dispatcher.Smtp.Replies;

namespace Dispatcher.Smtp.Wire;

/// <summary>What a server announced in its EHLO reply. The default value is a server that only knows HELO.</summary>
internal readonly record struct ServerCapabilities
{
    /// <summary>RFC 6152.</summary>
    public bool EightBitMime { get; init; }

    /// <summary>RFC 6531.</summary>
    public bool SmtpUtf8 { get; init; }

    /// <summary>RFC 1870: it takes <c>SIZE=</c> in MAIL.</summary>
    public bool Size { get; init; }

    /// <summary>Octets; 0: no limit, or none named.</summary>
    public long MaxSize { get; init; }

    /// <summary>RFC 2920: commands may follow each other without waiting.</summary>
    public bool Pipelining { get; init; }

    /// <summary>RFC 3461: it takes RET, ENVID, NOTIFY and ORCPT.</summary>
    public bool Dsn { get; init; }

    /// <summary>RFC 3207.</summary>
    public bool StartTls { get; init; }

    /// <summary>SASL mechanisms of AUTH (RFC 4954), upper case; empty: none.</summary>
    public IReadOnlyCollection<string> Auth { get => field ?? []; init; }

    public static ServerCapabilities Parse(SmtpReply ehlo)
    {
        var found = default(ServerCapabilities);
        foreach (var line in ehlo.Lines.Skip(1))
        {
            // "AUTH=" is how servers wrote it before there was a standard, and some still do beside "AUTH ".
            var words = line.Replace("AUTH=", "AUTH ", StringComparison.OrdinalIgnoreCase).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            found = words is [] ? found : words[0].ToUpperInvariant() switch
            {
                "8BITMIME" => found with { EightBitMime = true },
                "SMTPUTF8" => found with { SmtpUtf8 = true },
                "PIPELINING" => found with { Pipelining = true },
                "DSN" => found with { Dsn = true },
                "SIZE" => found with { Size = true, MaxSize = words.Length > 1 ? ParseSize(words[1]) : 0 },
                "STARTTLS" => found with { StartTls = true },
                "AUTH" => found with { Auth = [.. found.Auth, .. words.Skip(1).Select(word => word.ToUpperInvariant())] },
                _ => found,
            };
        }

        return found;
    }

    private static long ParseSize(string digits) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0;
}
