using Dispatcher.Core.Invitations;
using Dispatcher.Core.Templates;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Templates;

/// <summary>A template that a command was given: one body alone, or a template's folder.</summary>
/// <param name="Name">Where it came from, as the caller wrote it.</param>
/// <param name="Template">Parsed; one that is too large is refused by itself.</param>
/// <param name="IsFolder">Whether its parts are files of a folder.</param>
internal sealed record TemplateInput(string Name, Template Template, bool IsFolder)
{
    private static readonly string[] HtmlNames = [".html", ".htm"];
    private static readonly string[] FolderParts = ["template.yaml", "subject.txt", "body.html", "body.txt"];

    /// <param name="path">A template's folder, a folder of such folders or of bodies, or one body.</param>
    /// <param name="type">What it is to be used for; null: as its <c>template.yaml</c> says, else service.</param>
    /// <exception cref="UsageException">There is no template, or it can't be read.</exception>
    public static IReadOnlyList<TemplateInput> Read(string path, InvitationType? type)
    {
        try
        {
            return Directory.Exists(path) ? ReadFolder(path, type) : [ReadBody(path, type)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new UsageException($"{Cell.Plain(path)} can't be read: {exception.Message}");
        }
    }

    /// <summary>Where a problem is, for people: the file if there are several.</summary>
    public string FileOf(TemplateProblem problem) => !IsFolder ? Name : problem.Part switch
    {
        "subject" => Path.Combine(Name, "subject.txt"),
        "html" => Path.Combine(Name, "body.html"),
        "text" => Path.Combine(Name, "body.txt"),
        _ => Name,
    };

    private static List<TemplateInput> ReadFolder(string folder, InvitationType? type)
    {
        if (FolderParts.Any(part => File.Exists(Path.Combine(folder, part))))
        {
            return [ReadTemplate(folder, type)];
        }

        var found = Directory.GetDirectories(folder).Where(inner => FolderParts.Any(part => File.Exists(Path.Combine(inner, part))))
            .Order(StringComparer.Ordinal).Select(inner => ReadTemplate(inner, type))
            .Concat(Directory.GetFiles(folder).Where(file => IsHtml(file) || file.EndsWith(".txt", StringComparison.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal).Select(file => ReadBody(file, type)))
            .ToList();
        return found.Count > 0 ? found : throw new InvalidDataException("it holds no template: neither folders with a template.yaml nor .html or .txt files");
    }

    private static TemplateInput ReadTemplate(string folder, InvitationType? type)
    {
        var files = FolderParts.Select(part => new FileInfo(Path.Combine(folder, part))).Where(file => file.Exists);
        var template = files.Sum(file => file.Length) is var size && size > Template.MaxSize
            ? Template.Refuse(Path.GetFileName(folder), size)
            : Template.Parse(TemplateFilesReader.Read(folder) is var read && type is { } wanted ? read with { Type = wanted } : read);
        return new(folder, template, IsFolder: true);
    }

    private static TemplateInput ReadBody(string path, InvitationType? type)
    {
        var name = Path.GetFileName(path);
        if (new FileInfo(path).Length is var size && size > Template.MaxSize)
        {
            return new(path, Template.Refuse(name, size), IsFolder: false);
        }

        var body = TemplateFilesReader.ReadText(path);
        var files = new TemplateFiles(name, type ?? InvitationType.Service, false, null, "", IsHtml(path) ? body : null, IsHtml(path) ? null : body);
        return new(path, Template.Parse(files), IsFolder: false);
    }

    private static bool IsHtml(string path) => HtmlNames.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
