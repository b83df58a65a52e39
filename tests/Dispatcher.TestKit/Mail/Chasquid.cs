using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.TestKit.Mail;

/// <summary>
/// chasquid, a submission server in Go, on two loopback ports: STARTTLS and TLS from the first byte, each with a login. Mail for
/// <see cref="Domain"/> is delivered to files; only <c>someone</c> and <c>user0</c> to <c>user99</c> exist.
/// </summary>
public sealed class Chasquid : IAsyncDisposable
{
    public const string Domain = "chasquid.test";
    public const string User = "worker@" + Domain;
    public const string Password = "correct horse";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly string Programs = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../peers/chasquid/usr/bin"));

    private readonly TempFolder _folder = new();
    private ChildProcess? _process;

    /// <summary>Why it cannot be used here; null: it can.</summary>
    public static string? Missing =>
        File.Exists(Path.Combine(Programs, "chasquid")) ? null : "chasquid is not there (scripts/unpack chasquid puts it below artifacts/peers)";

    /// <summary>With STARTTLS, as 587.</summary>
    public int SubmissionPort { get; } = FreePort.Find();

    /// <summary>With TLS from the first byte, as 465.</summary>
    public int SubmissionsPort { get; } = FreePort.Find();

    /// <param name="certificate">With its key.</param>
    public static async Task<Chasquid> StartAsync(X509Certificate2 certificate)
    {
        var server = new Chasquid();
        await server.RunAsync(certificate);
        return server;
    }

    /// <summary>The delivered message that contains a text, with CRLF line ends and the fields that chasquid put before ours.</summary>
    public Task<string> FindAsync(string contained) => Eventually.GetAsync(
        () => DumpFiles.FindAsync(_folder.Sub("mail"), contained), Limit, $"a delivered message with '{contained}'. {_process!.Output}");

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task RunAsync(X509Certificate2 certificate)
    {
        var config = _folder.Sub("config");
        var certificates = _folder.Sub("config/certs/mail.test");
        var domain = _folder.Sub("config/domains/" + Domain);
        using var key = certificate.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The certificate has no EC key.");
        await File.WriteAllTextAsync(Path.Combine(certificates, "privkey.pem"), key.ExportPkcs8PrivateKeyPem() + "\n");
        await File.WriteAllTextAsync(Path.Combine(certificates, "fullchain.pem"), certificate.ExportCertificatePem() + "\n");
        await File.WriteAllLinesAsync(
            Path.Combine(domain, "aliases"), Enumerable.Range(0, 100).Select(i => string.Create(CultureInfo.InvariantCulture, $"user{i}: someone")));
        await File.WriteAllTextAsync(Path.Combine(config, "chasquid.conf"), string.Create(CultureInfo.InvariantCulture, $"""
            hostname: "mail.test"
            submission_address: "127.0.0.1:{SubmissionPort}"
            submission_over_tls_address: "127.0.0.1:{SubmissionsPort}"
            data_dir: "{_folder.Sub("data")}"
            mail_log_path: "<stderr>"
            mail_delivery_agent_bin: "/bin/sh"
            mail_delivery_agent_args: "-c"
            mail_delivery_agent_args: "cat > $(mktemp {_folder.Sub("mail")}/mXXXXXXXX)"

            """));
        foreach (var user in new[] { User, "someone@" + Domain })
        {
            await ChildProcess.RunAsync(Path.Combine(Programs, "chasquid-util"), Limit, "-C=" + config, "user-add", user, "--password=" + Password);
        }

        _process = ChildProcess.Start(Path.Combine(Programs, "chasquid"), "-config_dir=" + config);
        await Eventually.PortOpenAsync(SubmissionPort, Limit, () => _process.Output);
        await Eventually.PortOpenAsync(SubmissionsPort, Limit, () => _process.Output);
    }
}
