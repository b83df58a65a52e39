using Dispatcher.Core;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Hosting;
using Microsoft.Extensions.Options;

namespace Dispatcher.Worker.Doctor;

/// <summary><c>dispatcher doctor --tenant</c>, and the warnings of <c>tenants apply</c>.</summary>
internal static class SenderDoctor
{
    /// <summary>How long <c>tenants apply</c> may look, for all tenants together.</summary>
    private static readonly TimeSpan MostForWarnings = TimeSpan.FromSeconds(3);

    /// <summary>Tenants that are looked at when settings are applied; a file of thousands is made by a program.</summary>
    private const int MostWarned = 50;

    /// <returns>An exit code.</returns>
    public static async Task<int> RunAsync(CommandContext context, string tenant, CancellationToken cancellationToken)
    {
        if (!Identity.IsTenant(tenant))
        {
            throw new UsageException($"--tenant: {Cell.Plain(tenant)} is no tenant's name");
        }

        await using var services = Services(context);
        var settings = await services.GetRequiredService<ITenantStore>().GetAsync(tenant, cancellationToken) ?? TenantSettings.Default(tenant);
        var seen = await SenderExaminer.From(services, context.Settings.Configuration).ExamineAsync(settings, cancellationToken);
        var include = services.GetRequiredService<IOptions<ChecksOptions>>().Value.SpfInclude is { Length: > 0 } ours ? ours : null;
        var findings = SenderFindings.Of(settings, seen, include).OrderByDescending(finding => finding.Severity).ToList();
        if (context.Output.Json)
        {
            foreach (var line in SenderView.Json(tenant, seen, findings))
            {
                context.Output.WriteJson(line);
            }
        }
        else
        {
            SenderView.Write(context.Output, tenant, seen, findings);
        }

        return seen.DnsIsSilent ? ExitCode.Outside
            : findings.Any(finding => finding.Severity >= FindingSeverity.Warning) ? ExitCode.No
            : ExitCode.Fine;
    }

    /// <summary>
    /// Says on standard error where DMARC makes receivers refuse or junk the mail of tenants with a sender of their own. As far as DNS answers
    /// at once: applying never waits longer than a few seconds for it, and never fails by it.
    /// </summary>
    public static async Task WarnAsync(CommandContext context, IEnumerable<TenantSettings> tenants, CancellationToken cancellationToken)
    {
        var own = tenants.Where(tenant => tenant.Sender?.Email is { Length: > 0 }).Take(MostWarned).ToList();
        if (own.Count == 0)
        {
            return;
        }

        try
        {
            await WarnOfAsync(context, own, cancellationToken);
        }
        catch (Exception exception) when (exception is UsageException or OptionsValidationException)
        {
            // All is applied; what is wrong with the settings of checks and keys is another command's to tell.
            context.Output.ErrorLine($"warning: DMARC was not looked at: {Cell.Plain(exception.Message)}");
        }
    }

    private static async Task WarnOfAsync(CommandContext context, List<TenantSettings> tenants, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(MostForWarnings, context.Environment.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        await using var services = Services(context);
        var examiner = SenderExaminer.From(services, context.Settings.Configuration);
        foreach (var (tenant, examination) in tenants.Select(tenant => (tenant, examiner.ExamineAsync(tenant, either.Token))).ToList())
        {
            try
            {
                foreach (var finding in SenderFindings.Dmarc(await examination).Where(finding => finding.Code == "dmarc-fails" && finding.Severity >= FindingSeverity.Warning))
                {
                    context.Output.ErrorLine(Cell.Plain($"warning: tenant/{tenant.Tenant}: {finding.What}. Remedy: {finding.Remedy}"));
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // DNS is slow: 'dispatcher doctor --tenant' has more patience.
            }
        }
    }

    private static ServiceProvider Services(CommandContext context) => CommandServices.Build(
        context.Environment, context.Settings.Configuration, more => more.AddDispatcherCore(context.Settings.Configuration));
}
