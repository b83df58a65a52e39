using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Dispatcher.Worker.Settings;

/// <summary>A setting is described once, in its documentation comment; the compiler puts those into an XML file next to the assembly,
/// and this reads them back. Without that file a description is empty.</summary>
internal static partial class SettingDescriptions
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, string>> Texts = new();

    public static string Of(PropertyInfo property) =>
        Texts.GetOrAdd(property.DeclaringType!.Assembly, Read).GetValueOrDefault($"P:{property.DeclaringType.FullName}.{property.Name}", "");

    private static IReadOnlyDictionary<string, string> Read(Assembly assembly)
    {
        var file = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            foreach (var member in XDocument.Load(file).Descendants("member"))
            {
                if (member.Attribute("name")?.Value is { } name && member.Element("summary") is { } summary)
                {
                    texts[name] = Text(summary);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or XmlException)
        {
            // Documentation is a convenience: a build without it still runs.
            return texts;
        }

        return texts;
    }

    private static string Text(XElement summary)
    {
        foreach (var reference in summary.Descendants("see").ToArray())
        {
            var target = reference.Attribute("cref")?.Value ?? reference.Attribute("langword")?.Value ?? "";
            reference.ReplaceWith(target[(target.LastIndexOf('.') + 1)..]);
        }

        return Spaces().Replace(summary.Value, " ").Trim();
    }

    [GeneratedRegex("\\s+")]
    private static partial Regex Spaces();
}
