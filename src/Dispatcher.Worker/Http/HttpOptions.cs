using System.ComponentModel.DataAnnotations;

namespace Dispatcher.Worker.Http;

/// <summary>Section <c>Http</c>: the HTTP door, health and metrics of a worker.</summary>
public sealed class HttpOptions
{
    public const string Section = "Http";

    /// <summary>Where to listen, separated by semicolons. Default <c>http://127.0.0.1:8080</c>; other than loopback needs API keys.</summary>
    [Required]
    public string Urls { get; set; } = "http://127.0.0.1:8080";

    /// <summary>File of API keys, one a line: the key, then optionally the tenants it may act for, separated by commas; # begins a
    /// comment. Read again when it changes. Default empty: no key is asked for.</summary>
    public string ApiKeysFile { get; set; } = "";
}
