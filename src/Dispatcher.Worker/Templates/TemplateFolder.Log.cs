namespace Dispatcher.Worker.Templates;

public sealed partial class TemplateFolder
{
    [LoggerMessage(LogLevel.Warning, "Templates:Path {Path} does not exist; the templates that ship are used alone until it does")]
    private partial void LogMissing(string path);

    [LoggerMessage(LogLevel.Warning, "Templates in {Path} can't be listed: {Problem}; those known stay")]
    private partial void LogUnreadable(string path, string problem);

    [LoggerMessage(LogLevel.Warning, "Template {Folder} is broken: {Problem}; {Consequence}")]
    private partial void LogBroken(string folder, string problem, string consequence);

    [LoggerMessage(LogLevel.Warning, "Template {Folder}: {Warning}")]
    private partial void LogWarning(string folder, string warning);
}
