using System.Text.Json;
using Dispatcher.Worker.Cli;
using Microsoft.Extensions.Configuration.Memory;

namespace Dispatcher.Worker.Settings;

/// <summary>The configuration of this process, and which of its sources each value came from.</summary>
internal sealed class DispatcherSettings
{
    private readonly string[] _sources;

    private DispatcherSettings(IConfigurationRoot configuration, string[] sources)
    {
        Configuration = configuration;
        _sources = sources;
    }

    public IConfigurationRoot Configuration { get; }

    /// <summary>Reads, from weak to strong: <c>appsettings.json</c>, the <c>--config</c> file, the environment, the command line.</summary>
    /// <exception cref="UsageException">A file is missing or is no JSON.</exception>
    public static DispatcherSettings Load(
        CliEnvironment environment, string? file, IReadOnlyDictionary<string, string?> commandLine)
    {
        var builder = new ConfigurationBuilder();
        var sources = new List<string>();
        builder.AddJsonFile(Path.Combine(environment.BaseFolder, "appsettings.json"), optional: true, reloadOnChange: false);
        sources.Add("file");
        if (file is not null)
        {
            if (!File.Exists(file))
            {
                throw new UsageException($"The settings file {file} does not exist.");
            }

            builder.AddJsonFile(file, optional: false, reloadOnChange: false);
            sources.Add("file");
        }

        builder.Add(new MemoryConfigurationSource { InitialData = FromEnvironment(environment.Variables) });
        sources.Add("environment");
        builder.Add(new MemoryConfigurationSource { InitialData = commandLine });
        sources.Add("command line");
        try
        {
            return new(builder.Build(), [.. sources]);
        }
        catch (InvalidDataException exception)
        {
            throw new UsageException($"A settings file can't be read: {Reason(exception)}");
        }
    }

    /// <returns>The same with values above all others.</returns>
    public DispatcherSettings With(IReadOnlyDictionary<string, string?> values) => new(
        new ConfigurationBuilder().AddConfiguration(Configuration).AddInMemoryCollection(values).Build(),
        ["configuration", "command"]);

    /// <returns>Where the value in force comes from; <c>default</c> when nobody set it.</returns>
    public string SourceOf(string key)
    {
        var providers = Configuration.Providers.ToArray();
        for (var i = providers.Length - 1; i >= 0; i--)
        {
            if (providers[i].TryGet(key, out _) || providers[i].GetChildKeys([], key).Any())
            {
                return _sources[i];
            }
        }

        return "default";
    }

    /// <summary>Which file, and where in it.</summary>
    private static string Reason(InvalidDataException exception) => exception.GetBaseException() switch
    {
        JsonException json => $"{exception.Message} It is no well-formed JSON (line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}).",
        var cause => $"{exception.Message} {cause.Message}",
    };

    /// <summary>Only names with <c>__</c> can be settings; it stands for the colon, which shells don't allow in names.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> FromEnvironment(IReadOnlyDictionary<string, string?> variables) =>
        variables.Where(pair => pair.Key.Contains("__", StringComparison.Ordinal))
            .Select(pair => KeyValuePair.Create(pair.Key.Replace("__", ":", StringComparison.Ordinal), pair.Value));
}
