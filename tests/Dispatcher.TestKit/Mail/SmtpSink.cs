using System.Globalization;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.TestKit.Mail;

/// <summary>Postfix's <c>smtp-sink</c> on a loopback port; every message is dumped to a file, or thrown away.</summary>
public sealed class SmtpSink : IAsyncDisposable
{
    private const string Program = "/usr/sbin/smtp-sink";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly TempFolder _folder = new();
    private readonly ChildProcess _process;

    private SmtpSink(int port, bool dumps, IEnumerable<string> options)
    {
        Port = port;
        string[] dump = dumps ? ["-d", _folder.Sub("mail") + "/m."] : [];
        _process = ChildProcess.Start(Program, [.. options, .. AsUser(), .. dump,
            string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "256"]);
    }

    /// <summary>Why it cannot be used here; null: it can.</summary>
    public static string? Missing => File.Exists(Program) ? null : "smtp-sink (package postfix) is not installed";

    public int Port { get; }

    public int ProcessId => _process.Id;

    /// <param name="options">Further options, for example <c>-f RCPT -B "550 5.1.1 unknown"</c>.</param>
    public static Task<SmtpSink> StartAsync(params IEnumerable<string> options) => StartAsync(dumps: true, options);

    /// <summary>One for load: it keeps nothing of what it takes.</summary>
    public static Task<SmtpSink> StartWithoutDumpAsync(params IEnumerable<string> options) => StartAsync(dumps: false, options);

    /// <summary>The dumped message that contains a text, with CRLF line ends, and the sink's own fields before ours.</summary>
    public Task<string> FindAsync(string contained) =>
        Eventually.GetAsync(() => DumpFiles.FindAsync(_folder.Sub("mail"), contained), Limit, $"a dumped message with '{contained}'");

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<SmtpSink> StartAsync(bool dumps, IEnumerable<string> options)
    {
        var sink = new SmtpSink(FreePort.Find(), dumps, options);
        await Eventually.PortOpenAsync(sink.Port, Limit, () => sink._process.Output);
        return sink;
    }

    // It refuses to run as root without being told as whom.
    private static string[] AsUser() => Environment.IsPrivilegedProcess ? ["-u", Environment.UserName] : [];
}
