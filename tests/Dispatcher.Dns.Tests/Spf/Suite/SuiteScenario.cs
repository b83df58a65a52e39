using System.Globalization;
using Dispatcher.Simulators.Dns;
using YamlDotNet.RepresentationModel;

namespace Dispatcher.Dns.Tests.Spf.Suite;

/// <summary>A document of the public suite: a zone, and cases that are asked of it.</summary>
public sealed record SuiteScenario(string Description, DnsZone Zone, IReadOnlyList<SuiteCase> Cases)
{
    public static IReadOnlyList<SuiteScenario> LoadAll()
    {
        using var file = new StreamReader(typeof(SuiteScenario).Assembly.GetManifestResourceStream("rfc7208-tests.yml")!);
        var stream = new YamlStream();
        stream.Load(file);
        return [.. stream.Documents.Select(document => Read((YamlMappingNode)document.RootNode))];
    }

    private static SuiteScenario Read(YamlMappingNode root) => new(
        Text(root["description"]),
        ReadZone((YamlMappingNode)root["zonedata"]),
        [.. ((YamlMappingNode)root["tests"]).Select(test => ReadCase(Text(test.Key), (YamlMappingNode)test.Value))]);

    private static SuiteCase ReadCase(string id, YamlMappingNode test) => new(
        id,
        Text(test["host"]),
        Text(test["mailfrom"]),
        Text(test["helo"]),
        test["result"] is YamlSequenceNode several ? [.. several.Select(Text)] : [Text(test["result"])],
        test.Children.TryGetValue("explanation", out var explanation) ? Text(explanation) : null);

    private static DnsZone ReadZone(YamlMappingNode data)
    {
        var zone = new DnsZone();
        foreach (var (key, value) in data)
        {
            var (name, records) = (Text(key), (YamlSequenceNode)value);
            foreach (var record in records)
            {
                Add(zone, name, record);
            }

            // Records of type SPF stand for TXT records as well, unless there are some, or it says that there are none.
            if (!records.OfType<YamlMappingNode>().Any(record => record.Children.ContainsKey("TXT")))
            {
                foreach (var record in records.OfType<YamlMappingNode>().Where(record => record.Children.ContainsKey("SPF")))
                {
                    zone.Txt(name, Strings(record["SPF"]));
                }
            }
        }

        return zone;
    }

    private static void Add(DnsZone zone, string name, YamlNode record)
    {
        if (record is YamlScalarNode)
        {
            zone.Silent(name); // TIMEOUT
            return;
        }

        var (type, value) = ((YamlMappingNode)record).Single();
        _ = Text(type) switch
        {
            "A" => zone.A(name, Text(value)),
            "AAAA" => zone.Aaaa(name, Text(value)),
            "CNAME" => zone.Cname(name, Text(value)),
            "PTR" => zone.Ptr(name, Text(value)),
            "MX" => zone.Mx(name, ushort.Parse(Text(value[0]), CultureInfo.InvariantCulture), Text(value[1])),
            "SPF" => zone.Spf(name, Strings(value)),
            "TXT" => Text(value) == "NONE" ? zone : zone.Txt(name, Strings(value)),
            var other => throw new InvalidDataException(other),
        };
    }

    private static IEnumerable<string> Strings(YamlNode value) => value is YamlSequenceNode several ? several.Select(Text) : [Text(value)];

    private static string Text(YamlNode node) => node is YamlScalarNode scalar ? scalar.Value ?? "" : "";
}
