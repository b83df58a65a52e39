using System.Net;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Spf;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Microsoft.Extensions.Options;

namespace Dispatcher.Worker.Doctor;

/// <summary>What is wrong with our side of SPF: addresses that are not set, or not in the record that tenants are told to include.</summary>
internal static class SpfFindings
{
    public static async Task<IReadOnlyList<Finding>> FindAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var checks = context.Service<IOptions<ChecksOptions>>().Value;
        if (checks.SendingAddresses.Count == 0)
        {
            return
            [
                new(
                    FindingSeverity.Info, "spf-off", "custom sender addresses are not checked by SPF",
                    "set Checks:SendingAddresses to the addresses that mail leaves from, behind a relay to the relay's"),
            ];
        }

        var findings = new List<Finding>();
        foreach (var address in checks.SpfInclude is { Length: > 0 } ? checks.SendingAddresses.Select(IPAddress.Parse) : [])
        {
            var verdict = await context.Service<ISpfEvaluator>().CheckHostAsync(
                new SpfRequest(address, $"postmaster@{checks.SpfInclude}", checks.SpfInclude!), cancellationToken);
            if (verdict.Result != SpfResult.Pass)
            {
                findings.Add(new(
                    verdict.Result == SpfResult.TempError ? FindingSeverity.Info : FindingSeverity.Warning,
                    "spf-include",
                    $"SPF of {Cell.Plain(checks.SpfInclude)} (Checks:SpfInclude) says {SpfResultText.Of(verdict.Result)} to our address {address}: tenants that include it are refused",
                    SpfRemedy.For(verdict, address, null, null)!));
            }
        }

        return findings;
    }
}
