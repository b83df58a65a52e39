namespace Dispatcher.Core.Checks;

/// <summary>Section <c>Checks</c>: what the checks that look at nothing outside go by.</summary>
public sealed class ChecksOptions
{
    public const string Section = "Checks";

    /// <summary>Longest reference number, in characters. Default 255; 1 to 10,000.</summary>
    public int MaxReferenceLength { get; set; } = 255;

    /// <summary>Recipient domains that nothing is sent to; each covers all below it. Default none.</summary>
    public IList<string> BlockedDomains { get; } = [];

    /// <summary>
    /// A file of further throw-away domains, one a line, <c>#</c> begins a comment; a line <c>!domain</c> takes one off the list that
    /// ships. Default none. Read once at start.
    /// </summary>
    public string? DisposableDomainsFile { get; set; }
}
