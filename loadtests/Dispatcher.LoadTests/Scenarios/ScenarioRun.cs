using System.CommandLine;
using System.Globalization;
using Dispatcher.LoadTests.Cli;
using Dispatcher.LoadTests.Results;
using Dispatcher.LoadTests.Servers;

namespace Dispatcher.LoadTests.Scenarios;

/// <summary>What a running scenario has at hand.</summary>
internal sealed class ScenarioRun(ParseResult parsed, CommonOptions common, Report report, TextWriter progress)
{
    private static readonly TimeSpan BetweenProgress = TimeSpan.FromSeconds(2);
    private readonly Dictionary<string, object> _settings = [];
    private long _told = TimeProvider.System.GetTimestamp();

    public Report Report => report;

    public bool Quick => parsed.GetValue(common.Quick);

    public int Seed => parsed.GetValue(common.Seed);

    /// <summary>How Redis is to store: each once; with <c>--redis</c> as that server does.</summary>
    public IReadOnlyList<string> FsyncPolicies => GivenRedis is null ? ["everysec", "always"] : ["as given"];

    private string? GivenRedis => parsed.GetValue(common.Redis);

    /// <summary>There is but one server, the one that was named.</summary>
    public bool OneRedis => GivenRedis is not null;

    /// <summary>A number: as given, else by the size of the run. Remembered for the report's head.</summary>
    public int Setting(Option<int?> option, int normal, int quick)
    {
        var value = parsed.GetValue(option) ?? (Quick ? quick : normal);
        if (value < 1)
        {
            throw new UsageException($"{option.Name}: must be at least 1");
        }

        _settings[option.Name.TrimStart('-')] = value;
        return value;
    }

    public bool Flag(Option<bool> option)
    {
        var value = parsed.GetValue(option);
        _settings[option.Name.TrimStart('-')] = value;
        return value;
    }

    /// <summary>What was named of a choice; nothing: all of it.</summary>
    public IReadOnlyList<string> Chosen(Option<string[]> option)
    {
        var value = parsed.GetValue(option) ?? [];
        if (value.Length > 0)
        {
            _settings[option.Name.TrimStart('-')] = string.Join(' ', value);
        }

        return value;
    }

    /// <summary>A setting that can't be changed, and a reader must know.</summary>
    public void Fixed(string name, object value) => _settings[name] = value;

    /// <summary>Starts a server, or takes the one that was named.</summary>
    public Task<RedisUnderTest> RedisAsync(string appendFsync) =>
        GivenRedis is { } address ? RedisUnderTest.UseAsync(address) : RedisUnderTest.StartAsync(appendFsync);

    /// <summary>Writes the report's head; all settings are known now.</summary>
    public async Task BeginAsync(RedisUnderTest? redis)
    {
        if (report.Head is null)
        {
            _settings["seed"] = Seed;
            _settings["quick"] = Quick;
            report.Begin(Provenance.Of(redis is null ? null : await redis.VersionAsync()), _settings);
        }
    }

    /// <summary>Says what is going on, at most every two seconds, on standard error.</summary>
    public void Progress(FormattableString what)
    {
        if (TimeProvider.System.GetElapsedTime(Volatile.Read(ref _told)) >= BetweenProgress)
        {
            Volatile.Write(ref _told, TimeProvider.System.GetTimestamp());
            progress.WriteLine($"{report.Scenario}: {what.ToString(CultureInfo.InvariantCulture)}");
        }
    }
}
