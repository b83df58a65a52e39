using Dispatcher.Core.Sending.Routes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatcher.Smtp.Routing;

/// <summary>
/// The files of routes and shaping rules. Wakes once in <see cref="SmtpOptions.RoutesPollInterval"/>, looks at the files' times and sizes, reads
/// both when one changed, and puts them in force together; ends when disposed. With a mistake in one, all stays as it was, and each mistake is
/// said once.
/// </summary>
public sealed partial class RouteBook : IDisposable
{
    private readonly SmtpOptions _options;
    private readonly SmtpFileFormat _format;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _refreshing = new();
    private string _seen;
    private volatile RouteSetup _current;

    /// <summary>Reads the files at once.</summary>
    /// <exception cref="OptionsValidationException">They hold mistakes.</exception>
    public RouteBook(IOptions<SmtpOptions> options, SmtpFileFormat format, TimeProvider time, ILogger<RouteBook> logger)
    {
        _options = options.Value;
        _format = format;
        _logger = logger;
        _seen = Stamp();
        var (setup, problems) = RouteFiles.Read(_options, format);
        _current = setup ?? throw new OptionsValidationException(SmtpOptions.Section, typeof(SmtpOptions), problems);
        Tell(_current);
        _timer = time.CreateTimer(static book => ((RouteBook)book!).Refresh(), this, _options.RoutesPollInterval, _options.RoutesPollInterval);
    }

    /// <summary>What is in force. Never waits.</summary>
    public RouteSetup Current => _current;

    /// <summary>Called after something else came into force, on the timer's thread.</summary>
    internal Action<RouteSetup>? Changed { get; set; }

    /// <summary>Looks for changes now.</summary>
    public void Refresh()
    {
        lock (_refreshing)
        {
            var stamp = Stamp();
            if (stamp == _seen)
            {
                return;
            }

            _seen = stamp;
            var (setup, problems) = RouteFiles.Read(_options, _format);
            foreach (var problem in problems)
            {
                LogProblem(problem);
            }

            if (setup is not null)
            {
                _current = setup;
                Changed?.Invoke(setup);
                Tell(setup); // only now is it true
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Tell(RouteSetup setup)
    {
        LogInForce(setup.Routes.Routes.Count, setup.ShapingFile.Rules.Count);
        foreach (var warning in RouteFiles.Warnings(_options, setup.Routes))
        {
            LogUnsafe(warning);
        }
    }

    private string Stamp() => $"{StampOf(_options.RoutesFile)} {StampOf(_options.ShapingFile)}";

    private static string StampOf(string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            return "";
        }

        try
        {
            // Of what a link leads to: a mounted Kubernetes volume is changed by changing a link.
            var file = new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
            return file.Exists ? $"{file.FullName} {file.LastWriteTimeUtc.Ticks} {file.Length}" : "gone";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }
    }
}
