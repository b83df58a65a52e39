using System.Text;
using System.Text.Unicode;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Dispatcher.Worker.Templates;

/// <summary>Reads one template's folder: contracts, section 8.</summary>
public static class TemplateFilesReader
{
    private const string Description = "template.yaml";
    private static readonly string[] Parts = [Description, "subject.txt", "body.html", "body.txt"];
    private static readonly string[] Keys = ["type", "custom", "locale"];

    /// <summary>Changes whenever a file of the folder does; costs one look at each file, without reading it.</summary>
    public static long StampOf(string folder)
    {
        var stamp = new HashCode();
        foreach (var part in Parts)
        {
            var file = new FileInfo(Path.Combine(folder, part));
            stamp.Add(file.Exists ? file.LastWriteTimeUtc.Ticks : 0);
            stamp.Add(file.Exists ? file.Length : -1);
        }

        return stamp.ToHashCode();
    }

    /// <exception cref="InvalidDataException">The folder is no template; the message says why.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static TemplateFiles Read(string folder)
    {
        var total = Parts.Select(part => new FileInfo(Path.Combine(folder, part))).Where(file => file.Exists).Sum(file => file.Length);
        if (total > Template.MaxSize)
        {
            throw new InvalidDataException($"it is {total} octets large; at most {Template.MaxSize} are accepted");
        }

        var settings = ReadSettings(Path.Combine(folder, Description));
        var subject = ReadText(folder, "subject.txt") ?? throw new InvalidDataException("subject.txt is missing");
        var (html, text) = (ReadText(folder, "body.html"), ReadText(folder, "body.txt"));
        return html is null && text is null
            ? throw new InvalidDataException("there is neither body.html nor body.txt")
            : new(Path.GetFileName(folder), TypeOf(settings), IsCustom(settings), LocaleOf(settings), subject, html, text);
    }

    /// <summary>A file's text, without its byte order mark.</summary>
    /// <exception cref="InvalidDataException">It is not UTF-8: read as if it were, every letter beyond ASCII would come out broken.</exception>
    /// <exception cref="IOException">It can't be read.</exception>
    public static string ReadText(string file)
    {
        ReadOnlySpan<byte> octets = File.ReadAllBytes(file);
        octets = octets.StartsWith("\uFEFF"u8) ? octets[3..] : octets;
        return Utf8.IsValid(octets)
            ? Encoding.UTF8.GetString(octets)
            : throw new InvalidDataException($"{Path.GetFileName(file)} is not UTF-8; save it in that encoding");
    }

    private static string? ReadText(string folder, string part)
    {
        var file = Path.Combine(folder, part);
        return File.Exists(file) ? ReadText(file) : null;
    }

    private static Dictionary<string, string> ReadSettings(string file)
    {
        if (!File.Exists(file))
        {
            throw new InvalidDataException($"{Description} is missing");
        }

        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(ReadText(file)));
            var settings = yaml.Documents.FirstOrDefault()?.RootNode as YamlMappingNode ?? new YamlMappingNode();
            return settings.Children.ToDictionary(pair => Known(pair.Key), pair => Scalar(pair.Value));
        }
        catch (YamlException exception)
        {
            throw new InvalidDataException($"{Description} line {exception.Start.Line}: {exception.Message}", exception);
        }
    }

    /// <summary>A key that nobody reads is a mistake: <c>costum: true</c> would let a custom template pass as one of the plan.</summary>
    private static string Known(YamlNode key)
    {
        var name = Scalar(key);
        if (Keys.Contains(name))
        {
            return name;
        }

        var meant = NearestName.Find(name, Keys) is { } nearest ? $"did you mean {nearest}?" : $"known are {string.Join(", ", Keys)}";
        throw new InvalidDataException($"{Description} line {key.Start.Line}: {CleanText.SingleLine(name)} is not known; {meant}");
    }

    private static string Scalar(YamlNode node) =>
        (node as YamlScalarNode)?.Value ?? throw new InvalidDataException($"{Description} line {node.Start.Line}: only keys with plain values are known");

    private static InvitationType TypeOf(Dictionary<string, string> settings) =>
        !settings.TryGetValue("type", out var code) ? InvitationType.Service
        : Codes.TryParse<InvitationType>(code, out var type) ? type
        : throw new InvalidDataException($"{Description}: type must be one of {string.Join(", ", Codes.All<InvitationType>())}");

    private static bool IsCustom(Dictionary<string, string> settings) =>
        settings.TryGetValue("custom", out var custom)
        && (bool.TryParse(custom, out var value) ? value : throw new InvalidDataException($"{Description}: custom must be true or false"));

    private static string? LocaleOf(Dictionary<string, string> settings) =>
        !settings.TryGetValue("locale", out var locale) || locale.Length == 0 ? null
        : Languages.IsTag(locale) ? locale
        : throw new InvalidDataException($"{Description}: locale must be a language tag such as sv-SE");
}
