using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Dispatcher.Worker.Http;

/// <summary>
/// The keys in force. Looks at most every two seconds whether the file changed; a file that has become unreadable or wrong leaves the
/// former keys in force. Safe for concurrent calls.
/// </summary>
internal sealed partial class ApiKeys(IOptions<HttpOptions> options, TimeProvider time, ILogger<ApiKeys> logger)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly string _path = options.Value.ApiKeysFile;
    private readonly Lock _reload = new();
    private volatile IReadOnlyList<ApiKey> _keys = [];
    private (DateTime Written, long Length) _seen;
    private long _lookedAt;
    private bool _loaded;

    /// <summary>False: everybody may do everything, which only loopback allows.</summary>
    public bool Required => _path.Length > 0;

    /// <returns>Null: no such key.</returns>
    public ApiKey? Find(string presented)
    {
        Refresh();
        var hash = ApiKey.HashOf(presented);
        ApiKey? found = null;

        // Every key is compared to its end, so that time tells nothing.
        foreach (var key in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(key.Hash, hash))
            {
                found = key;
            }
        }

        return found;
    }

    private void Refresh()
    {
        lock (_reload)
        {
            if (_loaded && time.GetElapsedTime(_lookedAt) < LookEvery)
            {
                return;
            }

            _lookedAt = time.GetTimestamp();
            try
            {
                var file = new FileInfo(_path);
                var now = (file.LastWriteTimeUtc, file.Length);
                if (!_loaded || now != _seen)
                {
                    _keys = ApiKeyFile.Read(_path);
                    _seen = now;
                    _loaded = true;
                    LogLoaded(_keys.Count);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
            {
                LogKept(exception.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} API keys are in force")]
    private partial void LogLoaded(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The API keys file can't be used, the former keys stay in force: {Reason}")]
    private partial void LogKept(string reason);
}
