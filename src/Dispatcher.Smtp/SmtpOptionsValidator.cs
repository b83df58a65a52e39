using System.ComponentModel.DataAnnotations;
using System.Net;
using Dispatcher.Smtp.Dkim;
using Dispatcher.Smtp.Tls;
using Dispatcher.Smtp.Wire;
using Microsoft.Extensions.Options;

namespace Dispatcher.Smtp;

/// <summary>Finds every mistake in <see cref="SmtpOptions"/> at once: ranges first, then the rules between settings.</summary>
internal sealed class SmtpOptionsValidator : IValidateOptions<SmtpOptions>
{
    public ValidateOptionsResult Validate(string? name, SmtpOptions options)
    {
        var problems = new List<string>();
        CheckRanges(options, problems);
        CheckRanges(options.Timeouts, problems);
        CheckRanges(options.Dkim, problems);
        DkimKeysValidator.Check(options.Dkim, problems);

        if (options.Host is { Length: > 0 } host && !IsHost(host))
        {
            problems.Add($"Smtp:Host '{host}' is not a host name or address. Leave out scheme and port; the port is Smtp:Port.");
        }

        if (options.EhloName is { } ehlo && !MailboxAddress.IsDomain(ehlo))
        {
            problems.Add($"Smtp:EhloName '{ehlo}' is not a host name or an address literal such as [192.0.2.1].");
        }

        if (options.BounceDomain is { Length: > 0 } bounce && !MailboxAddress.IsDomain(bounce))
        {
            problems.Add($"Smtp:BounceDomain '{bounce}' is not a domain. Write it as b.example.com.");
        }

        // A message given up after the dot may arrive twice, one given up before it may not: be least hasty at the dot.
        if (options.Timeouts.FinalReply < options.Timeouts.Command || options.Timeouts.FinalReply < options.Timeouts.Data)
        {
            problems.Add("Smtp:Timeouts:FinalReply is shorter than Smtp:Timeouts:Command or Smtp:Timeouts:Data. "
                + "Raise it (RFC 5321 asks for 10 minutes): giving up after the final dot makes duplicates.");
        }

        problems.AddRange(SecurityRules.Problems(options));
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void CheckRanges(object settings, List<string> problems)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(settings, new ValidationContext(settings), results, validateAllProperties: true);
        problems.AddRange(results.Select(result => result.ErrorMessage!));
    }

    private static bool IsHost(string host) => IPAddress.TryParse(host, out _) || MailboxAddress.IsDomain(host);
}
