using Dispatcher.Core.Addresses;
using Microsoft.Extensions.Options;

namespace Dispatcher.Core.Checks;

/// <summary>Reports every mistake in <see cref="ChecksOptions"/> at once.</summary>
internal sealed class ChecksOptionsValidator : IValidateOptions<ChecksOptions>
{
    public ValidateOptionsResult Validate(string? name, ChecksOptions options)
    {
        var problems = new List<string>();
        if (options.MaxReferenceLength is < 1 or > ChecksOptions.MostReferenceLength)
        {
            problems.Add("Checks:MaxReferenceLength: must be 1 to 10000");
        }

        if (options.ReferenceMemory < TimeSpan.FromDays(1) || options.ReferenceMemory > TimeSpan.FromDays(3650))
        {
            problems.Add("Checks:ReferenceMemory: must be 1 to 3650 days; write for example 400.00:00:00");
        }

        if (options.SpamRiskTenants is < 1 or > 10)
        {
            problems.Add("Checks:SpamRiskTenants: must be 1 to 10");
        }

        for (var index = 0; index < options.BlockedDomains.Count; index++)
        {
            if (DomainSyntax.FindFault(options.BlockedDomains[index]) is { } fault)
            {
                problems.Add($"Checks:BlockedDomains:{index}: {fault}");
            }
        }

        for (var index = 0; index < options.SendingAddresses.Count; index++)
        {
            if (IpSyntax.Parse(options.SendingAddresses[index]) is null)
            {
                problems.Add($"Checks:SendingAddresses:{index}: '{options.SendingAddresses[index]}' is not an IP address such as 192.0.2.1");
            }
        }

        if (options.DisposableDomainsFile is { Length: > 0 } file && !File.Exists(file))
        {
            problems.Add($"Checks:DisposableDomainsFile: there is no file {file}. Make it, or leave the setting empty");
        }

        if (options.SpfInclude is { Length: > 0 } include && DomainSyntax.FindFault(include) is { } wrong)
        {
            problems.Add($"Checks:SpfInclude: {wrong}. Write a domain such as spf.example.com, or leave it empty");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
