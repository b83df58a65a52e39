using System.Collections.Frozen;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Templates;
using Microsoft.Extensions.Options;

namespace Dispatcher.Worker.Templates;

/// <summary>
/// Templates on disk. Wakes once in <see cref="TemplatesOptions.PollInterval"/>, looks at the files' times, parses what changed and swaps
/// the whole set; ends with the host. A folder that is broken keeps its last good template, and says so once per change.
/// </summary>
/// <remarks>Reads see one consistent set and never wait. Only <see cref="Refresh"/> writes; it must not run twice at once.</remarks>
public sealed partial class TemplateFolder : BackgroundService, ITemplateSource
{
    private const string Shared = "_shared";

    private readonly ILogger<TemplateFolder> _logger;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _interval;
    private readonly string[] _roots;
    private readonly Dictionary<string, Loaded> _loaded = [];
    private volatile FrozenDictionary<(string Owner, string Id), Template> _templates = FrozenDictionary<(string, string), Template>.Empty;

    /// <summary>Loads at once, so that the first invitation finds its template.</summary>
    public TemplateFolder(IOptions<TemplatesOptions> options, TimeProvider clock, ILogger<TemplateFolder> logger)
        : this(options.Value, ShippedPath, clock, logger)
    {
    }

    internal TemplateFolder(TemplatesOptions options, string shipped, TimeProvider clock, ILogger<TemplateFolder> logger)
    {
        _logger = logger;
        _clock = clock;
        _interval = options.PollInterval;

        // What stands in a later root wins.
        _roots = options.Path is { Length: > 0 } own ? [shipped, Path.GetFullPath(own)] : [shipped];
        if (_roots.Length == 2 && !Directory.Exists(_roots[1]))
        {
            LogMissing(_roots[1]);
        }

        Refresh();
    }

    /// <summary>Where the templates lie that ship with the product.</summary>
    public static string ShippedPath { get; } = Path.Combine(AppContext.BaseDirectory, "templates");

    public Template? Find(string tenant, string templateId) =>
        _templates.GetValueOrDefault((tenant, templateId)) ?? _templates.GetValueOrDefault((Shared, templateId));

    /// <summary>Looks for changes now.</summary>
    public void Refresh()
    {
        var templates = new Dictionary<(string, string), Template>();
        var changed = false;
        var seen = new HashSet<string>();
        foreach (var root in _roots)
        {
            foreach (var folder in FoldersOf(root))
            {
                seen.Add(folder);
                changed |= Load(folder);
                if (_loaded[folder].Template is { } template)
                {
                    templates[(Path.GetFileName(Path.GetDirectoryName(folder)!), template.Id)] = template;
                }
            }
        }

        foreach (var gone in _loaded.Keys.Except(seen).ToList())
        {
            changed |= _loaded.Remove(gone);
        }

        if (changed)
        {
            _templates = templates.ToFrozenDictionary();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, _clock);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            Refresh();
        }
    }

    private List<string> FoldersOf(string root)
    {
        try
        {
            return !Directory.Exists(root) ? [] :
            [
                .. Directory.GetDirectories(root)
                    .Where(owner => Path.GetFileName(owner) is var name && (name == Shared || Identity.IsTenant(name)))
                    .SelectMany(Directory.GetDirectories),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(root, exception.Message);
            return [.. _loaded.Keys.Where(folder => folder.StartsWith(root, StringComparison.Ordinal))];
        }
    }

    /// <returns>True when the folder changed since it was last looked at.</returns>
    private bool Load(string folder)
    {
        var stamp = TemplateFilesReader.StampOf(folder);
        var known = _loaded.GetValueOrDefault(folder);
        if (known is not null && known.Stamp == stamp)
        {
            return false;
        }

        try
        {
            var template = Template.Parse(TemplateFilesReader.Read(folder));
            foreach (var warning in template.Warnings.Concat(template.Problems.Select(problem => problem.Describe())))
            {
                LogWarning(folder, warning);
            }

            _loaded[folder] = new(stamp, template);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            LogBroken(folder, exception.Message, known?.Template is null ? "it is not available" : "its last good version stays");
            _loaded[folder] = new(stamp, known?.Template);
        }

        return true;
    }

    private sealed record Loaded(long Stamp, Template? Template);
}
