using System.Net;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Spf;

namespace Dispatcher.Worker.Doctor;

/// <summary>What DNS says about the domains under which a tenant's mail goes out.</summary>
/// <param name="Plan">The domains.</param>
/// <param name="From">The sender's domain as a place for mail.</param>
/// <param name="Envelope">The bounce domain as one.</param>
/// <param name="ReplyTo">The domain that answers go to; null: none of its own.</param>
/// <param name="SenderSpf">The product's own rule: our addresses against the sender's domain. Empty: none are set.</param>
/// <param name="EnvelopeSpf">What receivers test: our addresses against the bounce domain.</param>
/// <param name="Dkim">Whether verifiers find our key.</param>
/// <param name="Dmarc">What the sender's domain asks receivers to do.</param>
internal sealed record SenderExamination(
    SenderPlan Plan,
    MailDomain From,
    MailDomain Envelope,
    MailDomain? ReplyTo,
    IReadOnlyList<(IPAddress Address, SpfVerdict Verdict)> SenderSpf,
    IReadOnlyList<(IPAddress Address, SpfVerdict Verdict)> EnvelopeSpf,
    DkimAnswer Dkim,
    DmarcAnswer Dmarc)
{
    /// <summary>The bounce domain counts for the sender's. True too where no policy says how to compare.</summary>
    public bool SpfAligns => Aligns(Plan.Envelope, Dmarc.Policy?.StrictSpf);

    public bool DkimAligns => Plan.Key is { } key && Aligns(key.Domain, Dmarc.Policy?.StrictDkim);

    /// <summary>Whether DMARC lets our mail pass; null: nobody knows, as our addresses are not set or DNS did not answer.</summary>
    public bool? PassesDmarc =>
        DkimAligns && Dkim.State == DkimState.Published ? true
        : SpfAligns && EnvelopeSpf.Count > 0 && EnvelopeSpf.All(pair => pair.Verdict.Result == SpfResult.Pass) ? true
        : !Dmarc.DnsKnown || (DkimAligns && Dkim.State == DkimState.Unknown) ? null
        : SpfAligns && (EnvelopeSpf.Count == 0 || EnvelopeSpf.Any(pair => pair.Verdict.Result == SpfResult.TempError)) ? null
        : false;

    /// <summary>Nothing at all was answered.</summary>
    public bool DnsIsSilent => From.Kind == MailDomainKind.Unknown && !Dmarc.DnsKnown;

    private bool Aligns(string proven, bool? strict) => Dmarc.Policy is { } policy
        ? policy.Aligns(proven, Plan.From, strict == true)
        : new DmarcPolicy(Plan.From, "", DmarcAction.None, false, false).Aligns(proven, Plan.From, strict: false);
}
