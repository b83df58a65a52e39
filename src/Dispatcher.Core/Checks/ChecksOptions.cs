namespace Dispatcher.Core.Checks;

/// <summary>Section <c>Checks</c>: what the checks go by.</summary>
public sealed class ChecksOptions
{
    public const string Section = "Checks";

    /// <summary>The longest reference number that can be allowed.</summary>
    public const int MostReferenceLength = 10_000;

    /// <summary>Longest reference number, in characters. Default 255; 1 to 10,000.</summary>
    public int MaxReferenceLength { get; set; } = 255;

    /// <summary>
    /// How long a reference number stays the one invitation's that was accepted first with it. Default 400 days; 1 day to 3,650 days.
    /// </summary>
    public TimeSpan ReferenceMemory { get; set; } = TimeSpan.FromDays(400);

    /// <summary>
    /// From complaints against so many tenants on, a recipient is <c>spam-risk</c> for every tenant. Default 2; 1 to 10. Of whom a
    /// recipient complained about writes to them no more in any case.
    /// </summary>
    public int SpamRiskTenants { get; set; } = 2;

    /// <summary>
    /// Recipient domains that nothing is sent to; each covers all below it. Default none. They are blocked together with those of
    /// <c>dispatcher block-list</c>, which may change while workers run.
    /// </summary>
    public IList<string> BlockedDomains { get; } = [];

    /// <summary>
    /// A file of further throw-away domains, one a line, <c>#</c> begins a comment; a line <c>!domain</c> is an exception, which goes
    /// before all lists. Default none. Read again within two seconds of a change.
    /// </summary>
    public string? DisposableDomainsFile { get; set; }

    /// <summary>
    /// IP addresses that our mail leaves from; behind a relay, the relay's. A custom sender address must pass SPF for each of them. Default
    /// none: SPF is not checked.
    /// </summary>
    public IList<string> SendingAddresses { get; } = [];

    /// <summary>
    /// Domain of our own whose SPF record lists <see cref="SendingAddresses"/>: tenants are told to include it. Default none: they are told
    /// the address.
    /// </summary>
    public string? SpfInclude { get; set; }

    /// <summary>
    /// Look up in DNS whether the domains of recipients, custom senders and reply-to addresses take mail. Default false: the mail server that
    /// takes the message finds out.
    /// </summary>
    public bool LookUpMailDomains { get; set; }
}
