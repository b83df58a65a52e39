using System.Net;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Spf;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;
using Dispatcher.Worker.Cli;
using Spectre.Console;

namespace Dispatcher.Worker.Doctor;

/// <summary>The examination of a sender, for people and for programs.</summary>
internal static class SenderView
{
    public static IEnumerable<object> Json(string tenant, SenderExamination seen, IEnumerable<Finding> findings) =>
    [
        new { kind = "sender", tenant, domain = seen.Plan.From, own = seen.Plan.IsOwn, bounceDomain = seen.Plan.Envelope, replyToDomain = seen.Plan.ReplyTo },
        Mail("sender", seen.Plan.From, seen.From),
        Mail("bounce", seen.Plan.Envelope, seen.Envelope),
        .. seen.ReplyTo is { } answers ? [Mail("reply-to", seen.Plan.ReplyTo!, answers)] : Array.Empty<object>(),
        .. seen.SenderSpf.Select(pair => Spf("sender", pair)),
        .. seen.EnvelopeSpf.Select(pair => Spf("bounce", pair)),
        new { kind = "dkim", state = Codes.Of(seen.Dkim.State), domain = seen.Plan.Key?.Domain, selector = seen.Plan.Key?.Selector, record = seen.Plan.Key?.Record?.Name, aligned = seen.DkimAligns },
        new
        {
            kind = "dmarc",
            domain = seen.Dmarc.Policy?.Domain,
            policy = seen.Dmarc.Policy is { } policy ? Codes.Of(policy.Policy) : null,
            record = seen.Dmarc.Policy?.Record,
            spfAligned = seen.SpfAligns,
            dkimAligned = seen.DkimAligns,
            passes = seen.PassesDmarc,
        },
        .. findings.Select(f => new { kind = "finding", severity = Codes.Of(f.Severity), code = f.Code, what = f.What, remedy = f.Remedy }),
    ];

    public static void Write(CommandOutput output, string tenant, SenderExamination seen, IReadOnlyList<Finding> findings)
    {
        var table = new Table().HideHeaders().AddColumns("", "");
        void Row(string name, string value) => table.AddRow(Cell.Of(name), Cell.Of(value));
        Row("tenant", tenant);
        Row("sender's domain", $"{seen.Plan.From}{(seen.Plan.IsOwn ? "" : " (Smtp:From)")}: {Words(seen.From)}");
        Row("bounce domain", $"{seen.Plan.Envelope}: {Words(seen.Envelope)}");
        if (seen.ReplyTo is { } answers)
        {
            Row("reply-to", $"{seen.Plan.ReplyTo}: {Words(answers)}");
        }

        Row("SPF of the sender", Words(seen.SenderSpf));
        Row("SPF of the bounce domain", $"{Words(seen.EnvelopeSpf)}, {(seen.SpfAligns ? "aligned" : "not aligned")}");
        Row("DKIM", seen.Plan.Key is { } key ? $"{key.Selector} of {key.Domain}: {Codes.Of(seen.Dkim.State)}, {(seen.DkimAligns ? "aligned" : "not aligned")}" : "not signed");
        Row("DMARC", seen.Dmarc.Policy is { } policy ? $"{Codes.Of(policy.Policy)} ({policy.Record})" : seen.Dmarc.DnsKnown ? seen.Dmarc.Fault ?? "none" : "unknown");
        Row("our mail passes DMARC", seen.PassesDmarc switch { true => "yes", false => "no", null => "unknown" });
        output.Table(table);
        if (findings.Count == 0)
        {
            output.Line("Nothing is wrong.");
            return;
        }

        output.Table(DoctorTables.Findings(findings));
    }

    private static object Mail(string role, string name, MailDomain domain) => new
    {
        kind = "mail-domain",
        role,
        domain = name,
        state = Codes.Of(domain.Kind),
        exchangers = domain.Exchangers.Select(mx => mx.Exchange),
    };

    private static object Spf(string role, (IPAddress Address, SpfVerdict Verdict) pair) => new
    {
        kind = "spf",
        role,
        domain = pair.Verdict.Domain,
        address = pair.Address.ToString(),
        result = SpfResultText.Of(pair.Verdict.Result),
        record = pair.Verdict.Record,
    };

    private static string Words(MailDomain domain) => domain.Fault ?? (domain.Kind == MailDomainKind.Unknown ? "DNS does not answer"
        : domain.Exchangers.Length > 0 ? "MX " + string.Join(", ", domain.Exchangers.Select(mx => mx.Exchange))
        : "no MX, an address of its own");

    private static string Words(IReadOnlyList<(IPAddress Address, SpfVerdict Verdict)> verdicts) => verdicts.Count == 0
        ? "not judged (Checks:SendingAddresses is empty)"
        : string.Join(", ", verdicts.Select(pair => $"{pair.Address} {SpfResultText.Of(pair.Verdict.Result)}"));
}
