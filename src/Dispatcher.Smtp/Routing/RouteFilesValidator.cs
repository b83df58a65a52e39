using Microsoft.Extensions.Options;

namespace Dispatcher.Smtp.Routing;

/// <summary>Reads the files of routes and shaping rules before the host starts.</summary>
internal sealed class RouteFilesValidator(SmtpFileFormat format) : IValidateOptions<SmtpOptions>
{
    public ValidateOptionsResult Validate(string? name, SmtpOptions options)
    {
        if (string.IsNullOrEmpty(options.RoutesFile))
        {
            return string.IsNullOrEmpty(options.ShapingFile)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail("Smtp:ShapingFile is set and Smtp:RoutesFile is not: shaping rules are for direct routes. Set both, or leave it out.");
        }

        var problems = RouteFiles.Read(options, format).Problems;
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems.Select(problem => $"Smtp:RoutesFile: {problem}"));
    }
}
