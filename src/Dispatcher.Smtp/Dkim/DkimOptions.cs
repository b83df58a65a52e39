using System.ComponentModel.DataAnnotations;

namespace Dispatcher.Smtp.Dkim;

/// <summary>Section <c>Smtp:Dkim</c>: the keys that sign messages (RFC 6376).</summary>
public sealed class DkimOptions
{
    /// <summary>Folder of private keys, one in each <c>domain/selector.pem</c>; the newest of a domain signs. Null (default): messages are
    /// not signed.</summary>
    public string? Path { get; set; }

    /// <summary>How often the folder is looked at for changes. Default 10 s; 100 ms to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "1.00:00:00", ErrorMessage = "Smtp:Dkim:PollInterval must be 100 ms to 1 day.")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(10);
}
