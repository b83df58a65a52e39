using System.Net;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Spf;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Worker.Doctor;

/// <summary>What is wrong with the domains under which a tenant's mail goes out, and what to publish where. Pure.</summary>
internal static class SenderFindings
{
    /// <param name="include">The domain whose SPF record lists our addresses; null: none is set.</param>
    public static IEnumerable<Finding> Of(TenantSettings tenant, SenderExamination seen, string? include) =>
    [
        .. Settings(tenant, seen),
        .. Domains(seen),
        .. Spf(seen, include),
        .. Dkim(tenant, seen),
        .. Dmarc(seen),
    ];

    /// <summary>Alone what makes receivers refuse our mail, for those who apply settings.</summary>
    public static IEnumerable<Finding> Dmarc(SenderExamination seen)
    {
        var (from, answer) = (seen.Plan.From, seen.Dmarc);
        if (!answer.DnsKnown)
        {
            yield return new(FindingSeverity.Info, "dmarc-unknown", $"DNS does not answer for the DMARC record of {from}", "see that its name servers answer");
        }
        else if (answer.Fault is { } fault)
        {
            yield return new(FindingSeverity.Warning, "dmarc-broken", fault, $"publish one TXT record at _dmarc.{from}: v=DMARC1; p=none");
        }
        else if (answer.Policy is not { } policy)
        {
            yield return new(
                FindingSeverity.Info, "dmarc-none", $"{from} has no DMARC record; large mailbox providers ask bulk senders for one",
                $"publish a TXT record at _dmarc.{from}: v=DMARC1; p=none");
        }
        else if (seen.PassesDmarc == false)
        {
            var severity = policy.Policy == DmarcAction.None ? FindingSeverity.Info : FindingSeverity.Warning;
            yield return new(
                severity, "dmarc-fails",
                $"our mail fails DMARC of {from}, whose policy is {policy.Policy.ToString().ToLowerInvariant()} (record of {policy.Domain}): {Why(seen)}",
                $"sign with a key of {from} (dispatcher dkim new {from} SELECTOR; sender.dkimDomain: {from}), or set sender.bounceDomain to a name below {from} that leads to us by CNAME");
        }
    }

    private static string Why(SenderExamination seen)
    {
        var spf = !seen.SpfAligns ? $"bounces go to {seen.Plan.Envelope}, another domain" : $"SPF of {seen.Plan.Envelope} does not pass";
        var dkim = seen.Plan.Key is not { } key ? "messages are not signed"
            : !seen.DkimAligns ? $"the signature is of {key.Domain}, another domain"
            : seen.Dkim.State is DkimState.Revoked or DkimState.Unusable ? $"verifiers do not use the key {key.Selector} of {key.Domain} as it is published"
            : $"the key {key.Selector} of {key.Domain} is not published";
        return $"{spf}, and {dkim}";
    }

    private static IEnumerable<Finding> Settings(TenantSettings tenant, SenderExamination seen)
    {
        if (!seen.Plan.IsOwn)
        {
            yield return new(FindingSeverity.Info, "product-sender", $"the tenant has no sender address of its own: its mail comes from {seen.Plan.From} (Smtp:From)", "nothing, or set sender.email");
        }
        else if (!tenant.Includes(AddOn.CustomSender))
        {
            yield return new(
                FindingSeverity.Warning, "custom-sender-not-allowed", "the tenant has a sender address of its own, and its plan does not include one: its invitations end as custom-sender-not-allowed",
                "add customSender to addOns, or remove sender.email");
        }
    }

    private static IEnumerable<Finding> Domains(SenderExamination seen)
    {
        var domains = new[] { (seen.Plan.From, seen.From, "sender"), (seen.Plan.Envelope, seen.Envelope, "bounce"), (seen.Plan.ReplyTo, seen.ReplyTo, "reply-to") };
        foreach (var (name, domain, role) in domains.Where(entry => entry.Item2 is not null).DistinctBy(entry => entry.Item1))
        {
            if (domain!.Fault is { } fault)
            {
                yield return new(
                    FindingSeverity.Warning, $"{role}-domain", $"{name} ({role}): {fault}; receivers refuse such senders, and answers get lost",
                    domain.Kind == MailDomainKind.NullMx ? $"remove the MX record '0 .' of {name} and name a mail server, or use another domain" : $"publish an MX record at {name} that names a mail server");
            }
            else if (domain.Kind == MailDomainKind.Unknown)
            {
                yield return new(FindingSeverity.Info, "dns-unknown", $"DNS does not answer for the mail servers of {name} ({role})", "see that its name servers answer, or Dns:Servers");
            }
        }
    }

    private static IEnumerable<Finding> Spf(SenderExamination seen, string? include)
    {
        if (seen.SenderSpf.Count == 0)
        {
            yield return new(
                FindingSeverity.Info, "spf-off", "SPF can't be judged: it is not known where our mail comes from",
                "set Checks:SendingAddresses to the addresses that mail leaves from, behind a relay to the relay's");
        }

        foreach (var finding in seen.Plan.IsOwn ? Spf(seen.SenderSpf, "sender-spf", "invitations end as spf-error", include) : [])
        {
            yield return finding;
        }

        if (!seen.Plan.IsOwn || seen.Plan.Envelope != seen.Plan.From)
        {
            foreach (var finding in Spf(seen.EnvelopeSpf, "bounce-spf", "receivers test the bounce domain", include))
            {
                yield return finding;
            }
        }
    }

    private static IEnumerable<Finding> Spf(IEnumerable<(IPAddress Address, SpfVerdict Verdict)> verdicts, string code, string consequence, string? include) =>
        from pair in verdicts
        where pair.Verdict.Result != SpfResult.Pass
        select new Finding(
            pair.Verdict.Result == SpfResult.TempError ? FindingSeverity.Info : FindingSeverity.Warning,
            code,
            $"SPF of {pair.Verdict.Domain} says {SpfResultText.Of(pair.Verdict.Result)} to our address {pair.Address}: {consequence}",
            SpfRemedy.For(pair.Verdict, pair.Address, include, null)!);

    private static IEnumerable<Finding> Dkim(TenantSettings tenant, SenderExamination seen)
    {
        if (seen.Plan.Key is not { Record: not null } key)
        {
            yield return new(
                FindingSeverity.Info, "dkim-off", $"messages are not signed: there is no key for {seen.Plan.From}",
                $"make one: dispatcher dkim new {seen.Plan.From} SELECTOR, publish its record, dispatcher dkim use {seen.Plan.From} SELECTOR");
            yield break;
        }

        if (tenant.Sender?.DkimDomain is { Length: > 0 } wished && !key.Domain.Equals(wished, StringComparison.OrdinalIgnoreCase))
        {
            yield return new(
                FindingSeverity.Warning, "dkim-domain", $"there is no key for sender.dkimDomain {wished}: messages are signed by {key.Domain}",
                $"dispatcher dkim new {wished} SELECTOR, or remove sender.dkimDomain");
        }

        foreach (var finding in seen.Dkim.State == DkimState.Unknown ? [DkimFindings.Unknown([key])] : DkimFindings.Of(key, seen.Dkim))
        {
            yield return finding;
        }
    }
}
