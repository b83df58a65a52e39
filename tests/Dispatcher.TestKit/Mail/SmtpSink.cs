using System.Net;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.TestKit.Mail;

/// <summary>Postfix's <c>smtp-sink</c> on a loopback port; every message is dumped to a file, or thrown away.</summary>
public sealed class SmtpSink : IAsyncDisposable
{
    private const string Program = "/usr/sbin/smtp-sink";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly TempFolder _folder = new();
    private readonly ChildProcess _process;

    private SmtpSink(IPEndPoint at, bool dumps, IEnumerable<string> options)
    {
        Port = at.Port;
        string[] dump = dumps ? ["-d", _folder.Sub("mail") + "/m."] : [];
        _process = ChildProcess.Start(Program, [.. options, .. AsUser(), .. dump, at.ToString(), "256"]);
    }

    /// <summary>Why it cannot be used here; null: it can.</summary>
    public static string? Missing => File.Exists(Program) ? null : "smtp-sink (package postfix) is not installed";

    public int Port { get; }

    public int ProcessId => _process.Id;

    /// <param name="options">Further options, for example <c>-f RCPT -B "550 5.1.1 unknown"</c>.</param>
    public static Task<SmtpSink> StartAsync(params IEnumerable<string> options) => StartAsync(dumps: true, options);

    /// <summary>One for load: it keeps nothing of what it takes.</summary>
    public static Task<SmtpSink> StartWithoutDumpAsync(params IEnumerable<string> options) => StartAsync(dumps: false, options);

    /// <summary>Messages that it has dumped so far.</summary>
    public int Messages => Directory.GetFiles(_folder.Sub("mail")).Length;

    /// <summary>One at another loopback address, such as 127.0.0.2 or ::1, so that several servers have the same port.</summary>
    public static Task<SmtpSink> StartAtAsync(string address, int port, params IEnumerable<string> options) =>
        StartAsync(new IPEndPoint(IPAddress.Parse(address), port), dumps: true, options);

    /// <summary>The dumped message that contains a text, with CRLF line ends, and the sink's own fields before ours.</summary>
    public Task<string> FindAsync(string contained) =>
        Eventually.GetAsync(() => DumpFiles.FindAsync(_folder.Sub("mail"), contained), Limit, $"a dumped message with '{contained}'");

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static Task<SmtpSink> StartAsync(bool dumps, IEnumerable<string> options) => StartAsync(new(IPAddress.Loopback, FreePort.Find()), dumps, options);

    private static async Task<SmtpSink> StartAsync(IPEndPoint at, bool dumps, IEnumerable<string> options)
    {
        var sink = new SmtpSink(at, dumps, options);
        await Eventually.PortOpenAsync(at, Limit, () => sink._process.Output);
        return sink;
    }

    // It refuses to run as root without being told as whom.
    private static string[] AsUser() => Environment.IsPrivilegedProcess ? ["-u", Environment.UserName] : [];
}
