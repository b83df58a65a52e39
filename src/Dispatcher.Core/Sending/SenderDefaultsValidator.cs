using Dispatcher.Core.Addresses;
using Microsoft.Extensions.Options;

namespace Dispatcher.Core.Sending;

/// <summary>Finds a malformed <c>Smtp:From</c> before the first message carries it.</summary>
internal sealed class SenderDefaultsValidator : IValidateOptions<SenderDefaults>
{
    public ValidateOptionsResult Validate(string? name, SenderDefaults options) =>
        EmailSyntax.FindFault(options.Email) is { } fault ? ValidateOptionsResult.Fail($"Smtp:From: {fault}")
        : options.Name is not null && SenderNameSyntax.FindFault(options.Name) is { } nameFault ? ValidateOptionsResult.Fail($"Smtp:From: {nameFault}")
        : ValidateOptionsResult.Success;
}
