using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Dispatcher.Dns;

/// <summary>Finds every mistake in <see cref="DnsOptions"/> at once.</summary>
internal sealed class DnsOptionsValidator : IValidateOptions<DnsOptions>
{
    public ValidateOptionsResult Validate(string? name, DnsOptions options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        var problems = results.Select(result => result.ErrorMessage!).ToList();
        foreach (var server in options.Servers)
        {
            if (ServerAddress.Parse(server) is null)
            {
                problems.Add($"Dns:Servers '{server}' is not an address. Write 192.0.2.1, 192.0.2.1:53 or [2001:db8::1]:53.");
            }
        }

        if (options.MinTtl > options.MaxTtl)
        {
            problems.Add("Dns:MinTtl is longer than Dns:MaxTtl. Lower it.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
