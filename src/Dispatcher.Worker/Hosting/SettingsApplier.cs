using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Files;

namespace Dispatcher.Worker.Hosting;

/// <summary>
/// Applies the files of a setting (<c>Tenants:Path</c>, <c>Destinations:Path</c>) before anything is sent. While Redis does not answer it
/// tries again each second, for half a minute; then the start fails, and whoever started the worker decides.
/// </summary>
/// <param name="setting">Key of the setting that names them.</param>
/// <param name="path">Its value; empty: nothing is applied.</param>
internal sealed partial class SettingsApplier<T>(
    string setting,
    string path,
    SettingsFormat<T> format,
    Func<T, CancellationToken, ValueTask<ApplyResult>> apply,
    TimeProvider time,
    ILogger<SettingsApplier<T>> logger) : IHostedService
{
    private const int Attempts = 30;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    /// <exception cref="UsageException">The files are wrong.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (path.Length == 0)
        {
            return;
        }

        var read = SettingsFiles.Read(path, format);
        if (read.Problems.Count > 0)
        {
            throw new UsageException($"{setting}: " + string.Join(Environment.NewLine, read.Problems));
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var changed = 0;
                foreach (var item in read.Items)
                {
                    changed += await apply(item, cancellationToken) == ApplyResult.Unchanged ? 0 : 1;
                }

                LogApplied(format.ListKey, read.Items.Count, changed);
                return;
            }
            catch (StorageUnavailableException exception) when (attempt < Attempts)
            {
                LogWaiting(setting, exception.Message);
                await Task.Delay(Wait, time, cancellationToken);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Information, Message = "{What} applied from files: {Count}, of them new or changed: {Changed}")]
    private partial void LogApplied(string what, int count, int changed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Setting} can't be applied yet: {Reason}")]
    private partial void LogWaiting(string setting, string reason);
}
