using Dispatcher.Core.Addresses;
using Microsoft.Extensions.Options;

namespace Dispatcher.Core.Sending;

/// <summary>Finds mistakes in what identifies us as the sender before the first message carries them.</summary>
internal sealed class SenderDefaultsValidator : IValidateOptions<SenderDefaults>
{
    public ValidateOptionsResult Validate(string? name, SenderDefaults options)
    {
        var problems = new List<string>();
        if (EmailSyntax.FindFault(options.Email) is { } fault)
        {
            problems.Add($"Smtp:From: {fault}");
        }
        else if (options.Name is not null && SenderNameSyntax.FindFault(options.Name) is { } nameFault)
        {
            problems.Add($"Smtp:From: {nameFault}");
        }

        if (options.FeedbackId.Length > 0 && (options.FeedbackId.Length is < 5 or > 15 || !options.FeedbackId.All(char.IsAsciiLetterOrDigit)))
        {
            problems.Add("Smtp:FeedbackId: must be 5 to 15 letters and digits, or empty for no Feedback-ID");
        }

        if (options.VerpKeyFile is { Length: > 0 } file && VerpKeys.Read(file, out var keyFault) is null)
        {
            problems.Add($"Smtp:VerpKeyFile {file}: {keyFault}");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
