using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.TestKit.Mail;

/// <summary>Python's aiosmtpd on a loopback port: STARTTLS and login required, every message written to a file.
/// Recipients that begin with <c>unknown</c> do not exist.</summary>
public sealed class AioSmtpd : IAsyncDisposable
{
    public const string User = "worker";
    public const string Password = "bättre häst";

    private const string Python = "/usr/bin/python3";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TempFolder _folder = new();
    private readonly int _port = FreePort.Find();
    private ChildProcess? _process;

    /// <summary>Why it cannot be used here; null: it can.</summary>
    public static string? Missing => Directory.Exists("/usr/lib/python3/dist-packages/aiosmtpd") ? null : "python3-aiosmtpd is not installed";

    public int Port => _port;

    /// <param name="certificate">With its key.</param>
    /// <param name="mechanism"><c>PLAIN</c> or <c>LOGIN</c>: the only one that it announces.</param>
    public static async Task<AioSmtpd> StartAsync(X509Certificate2 certificate, string mechanism)
    {
        var server = new AioSmtpd();
        await server.RunAsync(certificate, mechanism);
        return server;
    }

    /// <summary>The message that contains a text, with CRLF line ends.</summary>
    public Task<string> FindAsync(string contained) =>
        Eventually.GetAsync(() => DumpFiles.FindAsync(_folder.Sub("mail"), contained), Limit, $"a message with '{contained}'. {_process!.Output}");

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task RunAsync(X509Certificate2 certificate, string mechanism)
    {
        var pem = Path.Combine(_folder.Path, "tls.pem");
        using var key = certificate.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The certificate has no EC key.");
        await File.WriteAllTextAsync(pem, key.ExportPkcs8PrivateKeyPem() + "\n" + certificate.ExportCertificatePem() + "\n");
        var script = Path.Combine(AppContext.BaseDirectory, "Mail", "aiosmtpd_server.py");
        _process = ChildProcess.Start(Python, [script, _port.ToString(CultureInfo.InvariantCulture), pem, _folder.Sub("mail"), mechanism],
            new Dictionary<string, string> { ["SMTP_USER"] = User, ["SMTP_PASSWORD"] = Password, ["PYTHONUTF8"] = "1" });
        await Eventually.PortOpenAsync(_port, Limit, () => _process.Output);
    }
}
