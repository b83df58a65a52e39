using System.Net;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Spf;
using Dispatcher.Core.Tenants;
using Dispatcher.Smtp.Dkim;
using Microsoft.Extensions.Options;

namespace Dispatcher.Worker.Doctor;

/// <summary>Looks up what receivers will look up when a tenant's mail arrives. Bounded by resolver and evaluator.</summary>
internal sealed class SenderExaminer(
    IDnsResolver resolver, ISpfEvaluator spf, IReadOnlyList<IPAddress> addresses, SenderDefaults defaults, IReadOnlyList<DkimKeyInfo> keys, string ehloName)
{
    /// <param name="services">With the core's and DNS.</param>
    public static SenderExaminer From(IServiceProvider services, IConfiguration configuration) => new(
        services.GetRequiredService<IDnsResolver>(),
        services.GetRequiredService<ISpfEvaluator>(),
        [.. services.GetRequiredService<IOptions<ChecksOptions>>().Value.SendingAddresses.Select(IPAddress.Parse)],
        services.GetRequiredService<IOptions<SenderDefaults>>().Value,
        KeysIn(configuration["Smtp:Dkim:Path"]),
        configuration["Smtp:EhloName"] is { Length: > 0 } name ? name : Environment.MachineName);

    /// <exception cref="OperationCanceledException">Only when <paramref name="cancellationToken"/> fired.</exception>
    public async Task<SenderExamination> ExamineAsync(TenantSettings tenant, CancellationToken cancellationToken)
    {
        var plan = SenderPlan.Of(tenant, defaults, keys);
        var from = MailDomain.FindAsync(resolver, plan.From, cancellationToken).AsTask();
        var envelope = MailDomain.FindAsync(resolver, plan.Envelope, cancellationToken).AsTask();
        var replyTo = plan.ReplyTo is { } answers ? MailDomain.FindAsync(resolver, answers, cancellationToken).AsTask() : null;
        var dkim = DkimPublication.FindAsync(resolver, plan.Key, cancellationToken).AsTask();
        var dmarc = DmarcPolicy.FindAsync(resolver, plan.From, cancellationToken).AsTask();
        var senderSpf = EvaluateAsync(plan.IsOwn ? tenant.Sender!.Email! : defaults.Email, cancellationToken);
        var envelopeSpf = EvaluateAsync($"bounces@{plan.Envelope}", cancellationToken);
        await Task.WhenAll([from, envelope, .. replyTo is null ? Array.Empty<Task>() : [replyTo], dkim, dmarc, senderSpf, envelopeSpf]);
        return new(
            plan, await from, await envelope, replyTo is null ? null : await replyTo, await senderSpf, await envelopeSpf, await dkim, await dmarc);
    }

    private async Task<IReadOnlyList<(IPAddress Address, SpfVerdict Verdict)>> EvaluateAsync(string sender, CancellationToken cancellationToken)
    {
        var verdicts = new List<(IPAddress, SpfVerdict)>();
        foreach (var address in addresses)
        {
            verdicts.Add((address, await spf.CheckHostAsync(new SpfRequest(address, sender, ehloName), cancellationToken)));
        }

        return verdicts;
    }

    private static IReadOnlyList<DkimKeyInfo> KeysIn(string? folder)
    {
        try
        {
            return folder is { Length: > 0 } ? new DkimKeyStore(Path.GetFullPath(folder)).List() : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new Cli.UsageException($"Smtp:Dkim:Path can't be read: {exception.Message}");
        }
    }
}
