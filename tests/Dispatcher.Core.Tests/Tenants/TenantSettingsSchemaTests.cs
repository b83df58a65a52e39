using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Tests.Tenants;

public sealed class TenantSettingsSchemaTests
{
    private static readonly JsonObject Tenant = TenantSettingsSchema.Create()["$defs"]!["tenant"]!.AsObject();

    public static TheoryData<string> Objects() =>
        ["", .. Tenant["properties"]!.AsObject().Where(pair => pair.Value!["properties"] is not null).Select(pair => pair.Key)];

    /// <summary>The reader names every key that it knows when it meets one that is like none of them.</summary>
    [Theory]
    [MemberData(nameof(Objects))]
    public void Create_Keys_AreThoseOfTheReader(string path)
    {
        var unknown = new JsonObject { ["qqqqqqqqqqqq"] = 1 };
        var settings = path.Length == 0 ? unknown : new JsonObject { ["tenant"] = "acme", [path] = unknown };
        var schema = path.Length == 0 ? Tenant : Tenant["properties"]![path]!;

        var problem = TenantSettingsReader.Read(settings).Problems.Single(text => text.Contains("known are", StringComparison.Ordinal));

        Assert.Equal(
            problem[(problem.IndexOf("known are ", StringComparison.Ordinal) + 10)..].Split(", ").Order(),
            schema["properties"]!.AsObject().Select(pair => pair.Key).Order());
    }

    [Theory]
    [MemberData(nameof(Objects))]
    public void Create_Bounds_AreThoseOfTheReader(string path)
    {
        var schema = (path.Length == 0 ? Tenant : Tenant["properties"]![path]!)["properties"]!.AsObject();
        foreach (var (key, rule) in schema)
        {
            foreach (var (bound, step) in new[] { ("minimum", -1), ("maximum", 1) })
            {
                if (rule![bound] is { } number)
                {
                    Assert.False(IsRefused(path, key, number.DeepClone()), $"{path}.{key} {bound}");
                    Assert.True(IsRefused(path, key, JsonValue.Create(double.Parse(number.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture) + step)), $"{path}.{key} beyond {bound}");
                }
            }

            foreach (var word in rule!["enum"]?.AsArray() ?? [])
            {
                Assert.False(IsRefused(path, key, word?.DeepClone()), $"{path}.{key} {word}");
            }

            if (rule["maxLength"] is { } most)
            {
                Assert.True(IsRefused(path, key, new string('a', most.GetValue<int>() + 1)), $"{path}.{key} is longer than it may be");
            }
        }
    }

    [Fact]
    public void Create_Defaults_AreThoseOfTheSettings()
    {
        var written = JsonNode.Parse(TenantSettingsWriter.Write(TenantSettings.Default("acme")))!;
        foreach (var (key, rule) in Tenant["properties"]!.AsObject().Where(pair => pair.Value!["default"] is not null))
        {
            Assert.True(JsonNode.DeepEquals(rule!["default"], written[key]), key);
        }
    }

    [Theory]
    [InlineData("30m", true)]
    [InlineData("7.00:00:00", true)]
    [InlineData("00:00:30", true)]
    [InlineData("1.5h", true)]
    [InlineData("00:30", true)]
    [InlineData("soon", false)]
    public void Create_DurationPattern_FitsTheReader(string text, bool fits)
    {
        var pattern = Tenant["properties"]!["retry"]!["properties"]!["maxAge"]!["pattern"]!.GetValue<string>();

        Assert.Equal(fits, Regex.IsMatch(text, pattern, RegexOptions.NonBacktracking));
        Assert.Equal(fits, !IsRefused("retry", "maxAge", text));
    }

    private static bool IsRefused(string path, string key, JsonNode? value)
    {
        var settings = new JsonObject { ["tenant"] = "acme" };
        if (path.Length == 0)
        {
            settings[key] = value;
        }
        else
        {
            settings[path] = new JsonObject { [key] = value };
        }

        var whole = path.Length == 0 ? key : $"{path}.{key}";
        return TenantSettingsReader.Read(settings).Problems.Any(problem => problem.StartsWith(whole + ":", StringComparison.Ordinal) || problem.StartsWith(whole + "[", StringComparison.Ordinal));
    }
}
