using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.TestKit.Mail;

/// <summary>
/// Exim on two loopback ports: STARTTLS, and TLS from the first byte; a login can be had with TLS. Mail for <see cref="Domain"/> is delivered to
/// files. Recipients that begin with <c>unknown</c> do not exist, <c>closed</c> is found out to be closed only after the mail was accepted, and
/// <c>locked</c> can't be looked up now. Nothing is relayed.
/// </summary>
public sealed class Exim : IAsyncDisposable
{
    public const string Domain = "exim.test";
    public const string User = "worker";
    public const string Password = "correct horse";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly PeerProgram Program = new("exim4-daemon-light", "usr/sbin/exim4");
    private static readonly string? Wrapper = Program.FindLibrary("libnss_wrapper.so");

    private readonly TempFolder _folder = new();
    private readonly string _mail;
    private readonly string _spool;
    private ChildProcess? _process;

    private Exim()
    {
        _mail = ForEverybody("mail");
        _spool = ForEverybody("spool");
    }

    /// <summary>Why it cannot be used here; null: it can.</summary>
    public static string? Missing => Wrapper is not null && File.Exists(Program.Program)
        ? null
        : "Exim is not there (scripts/unpack exim4-daemon-light libnss-wrapper puts it below artifacts/peers)";

    /// <summary>With STARTTLS where there is a certificate, as 25 and 587.</summary>
    public int Port { get; } = FreePort.Find();

    /// <summary>With TLS from the first byte, as 465, where there is a certificate.</summary>
    public int SecurePort { get; } = FreePort.Find();

    /// <param name="certificate">With its key. Null: no TLS.</param>
    /// <param name="settings">Further lines of the main section.</param>
    /// <param name="lists">Access control lists; <c>before_recipient</c> is asked before the recipient is looked up.</param>
    public static async Task<Exim> StartAsync(
        X509Certificate2? certificate = null, string settings = "", string lists = "before_recipient:\n  accept\n")
    {
        var server = new Exim();
        try
        {
            await server.RunAsync(certificate, settings, lists);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The delivered message that contains a text, with CRLF line ends and the fields that Exim put before ours.</summary>
    public Task<string> FindAsync(string contained) => Eventually.GetAsync(
        async () => Directory.Exists(Inbox) ? await DumpFiles.FindAsync(Inbox, contained) : null, Limit, $"a delivered message with '{contained}'. {Log()}");

    /// <summary>All that was delivered, once nothing waits for delivery any more.</summary>
    public async Task<IReadOnlyList<string>> ReadAllAsync()
    {
        await QuietAsync();
        return Directory.Exists(Inbox) ? [.. Directory.EnumerateFiles(Inbox).Select(File.ReadAllText)] : [];
    }

    /// <summary>What it wrote about its work so far.</summary>
    public string Log() => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "No log yet. " + _process?.Output;

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await QuietAsync();
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private string Inbox => Path.Combine(_mail, "new");

    private string LogFile => Path.Combine(_spool, "log", "mainlog");

    // Each delivery is a process of its own, which nobody waits for.
    private async Task QuietAsync() => await Eventually.GetAsync(
        () =>
        {
            var lines = Log().Split('\n');
            var accepted = lines.Count(line => line.Contains(" <= ", StringComparison.Ordinal));
            return Task.FromResult(lines.Count(line => line.EndsWith(" Completed", StringComparison.Ordinal)) == accepted ? lines : null);
        },
        Limit,
        $"nothing left to deliver. {Log()}");

    // Exim gives up its rights before it writes.
    private string ForEverybody(string name)
    {
        var path = _folder.Sub(name);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
        }

        return path;
    }

    private async Task RunAsync(X509Certificate2? certificate, string settings, string lists)
    {
        var file = Path.Combine(_folder.Path, "exim.conf");
        int[] ports = certificate is null ? [Port] : [Port, SecurePort];
        var security = certificate is null ? "tls_advertise_hosts =" : await WriteAsync(certificate);
        await File.WriteAllTextAsync(file, EximConfig.Write(Program.Program, _spool, _mail, ports, security + "\n" + settings, lists));
        var environment = await EximUser.WriteAsync(_folder.Path, Wrapper ?? throw new InvalidOperationException(Missing));
        _process = Program.Start(["-C", file, "-bdf"], environment);
        foreach (var port in ports)
        {
            await Eventually.PortOpenAsync(port, Limit, () => _process.Output);
        }
    }

    private async Task<string> WriteAsync(X509Certificate2 certificate)
    {
        var pem = Path.Combine(_folder.Path, "tls.pem");
        using var key = certificate.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The certificate has no EC key.");
        await File.WriteAllTextAsync(pem, key.ExportPkcs8PrivateKeyPem() + "\n" + certificate.ExportCertificatePem() + "\n");
        return $"tls_advertise_hosts = *\ntls_certificate = {pem}\ntls_on_connect_ports = {SecurePort}";
    }
}
