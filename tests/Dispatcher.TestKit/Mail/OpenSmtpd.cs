using System.Diagnostics;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.TestKit.Mail;

/// <summary>
/// OpenSMTPD on a loopback port. Mail for <see cref="Domain"/> is delivered to files; only <c>someone</c> and <c>user0</c> to <c>user99</c> exist.
/// Without TLS: started this way, Debian's 6.8 ends every handshake with an alert, whatever the kind of its key.
/// </summary>
/// <remarks>
/// Its folders and users are built in. So it runs in a mount namespace of its own, where empty folders lie over the system's: that takes root, and
/// a kernel or container that allows it. The system itself is not changed.
/// </remarks>
public sealed class OpenSmtpd : IAsyncDisposable
{
    public const string Domain = "opensmtpd.test";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly PeerProgram Program = new("opensmtpd", "usr/sbin/smtpd");
    private static readonly Lazy<bool> HasNamespaces = new(TryNamespace);

    private readonly TempFolder _folder = new();
    private ChildProcess? _process;

    /// <summary>Why it cannot be used here; null: it can, as far as what is installed goes.</summary>
    public static string? Missing =>
        File.Exists(Program.Program) ? null : "OpenSMTPD is not there (scripts/unpack opensmtpd puts it below artifacts/peers)";

    /// <summary>What forbids it here, whatever is installed; null: nothing.</summary>
    public static string? Forbidden => HasNamespaces.Value ? null : "OpenSMTPD needs root and a mount namespace of its own";

    public int Port { get; } = FreePort.Find();

    /// <param name="settings">Further lines of the configuration.</param>
    public static async Task<OpenSmtpd> StartAsync(string settings = "")
    {
        var server = new OpenSmtpd();
        try
        {
            await server.RunAsync(settings);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The delivered message that contains a text, with CRLF line ends and the fields that OpenSMTPD put before ours.</summary>
    public Task<string> FindAsync(string contained) => Eventually.GetAsync(
        async () => Directory.Exists(Inbox) ? await DumpFiles.FindAsync(Inbox, contained) : null, Limit, $"a delivered message with '{contained}'");

    /// <summary>All that was delivered, once it is as many.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(int count)
    {
        await Eventually.GetAsync(
            () => Task.FromResult(Directory.Exists(Inbox) && Directory.GetFiles(Inbox).Length >= count ? Inbox : null), Limit, $"{count} delivered messages");
        return [.. Directory.EnumerateFiles(Inbox).Select(File.ReadAllText)];
    }

    /// <summary>What it wrote about its work so far.</summary>
    public string Log() => _process?.Output ?? "";

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private string Inbox => Path.Combine(_folder.Path, "mail", "new");

    private static bool TryNamespace()
    {
        if (!Environment.IsPrivilegedProcess || !OperatingSystem.IsLinux())
        {
            return false;
        }

        using var trial = Process.Start("unshare", ["--mount", "--propagation", "private", "mount", "-t", "tmpfs", "none", "/run"]);
        return trial.WaitForExit(Limit) && trial.ExitCode == 0;
    }

    private async Task RunAsync(string settings)
    {
        _folder.Sub("mail");
        _folder.Sub("home");
        var script = await OpenSmtpdConfig.WriteAsync(_folder.Path, Program.Program, Port, settings);
        _process = ChildProcess.Start("unshare", "--mount", "--propagation", "private", "bash", script);
        await Eventually.PortOpenAsync(Port, Limit, () => _process.Output);
    }
}
