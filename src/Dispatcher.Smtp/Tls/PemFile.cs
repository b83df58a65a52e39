using System.Security.Cryptography;

namespace Dispatcher.Smtp.Tls;

/// <summary>What PEM files hold, read again when their bytes have changed: certificates are renewed without a restart.</summary>
/// <remarks>Compared by content, since renewal through symbolic links leaves the link's own time as it was. Safe for concurrent calls.</remarks>
internal sealed class PemFile<T>(string setting, Func<string, T> parse, params string[] paths)
    where T : class
{
    private readonly Lock _gate = new();
    private string? _text; // under _gate
    private T? _value; // under _gate

    /// <summary>The content, or what is wrong with the file.</summary>
    public (T? Value, string? Problem) Read()
    {
        lock (_gate)
        {
            try
            {
                var text = string.Join('\n', paths.Select(File.ReadAllText));
                if (text != _text)
                {
                    _value = parse(text);
                    _text = text;
                }

                return (_value, null);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                return (null, $"{setting}: {string.Join(" or ", paths)} cannot be read");
            }
            catch (Exception failure) when (failure is CryptographicException or ArgumentException)
            {
                return (null, $"{setting}: {string.Join(" and ", paths)} do not hold what is wanted in PEM form");
            }
        }
    }
}
