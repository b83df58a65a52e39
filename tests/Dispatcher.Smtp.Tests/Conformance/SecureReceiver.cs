using System.Security.Cryptography.X509Certificates;
using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>A real server with a certificate of an authority of its own and a login. Not started where it is missing: the facts are skipped then.</summary>
/// <param name="missing">Why it cannot be used here; null: it can.</param>
public abstract class SecureReceiver<TServer>(string? missing, string user, string password) : IMailReceiver, IAsyncLifetime
    where TServer : class, IAsyncDisposable
{
    private readonly TestAuthority _authority = new();
    private SecureSettings? _settings;
    private TServer? _server;

    public abstract int Port { get; }

    public abstract string Domain { get; }

    public string UnknownUser => "unknown";

    protected TServer Server => _server!;

    public abstract void Configure(SmtpOptions options);

    public abstract Task<string> FindAsync(string contained);

    public async ValueTask InitializeAsync()
    {
        _settings = new SecureSettings(user, password, _authority.Pem);
        _server = missing is null ? await StartAsync(_authority.Issue("mail.test")) : null;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _settings?.Dispose();
        _authority.Dispose();
    }

    protected abstract Task<TServer> StartAsync(X509Certificate2 certificate);

    protected void Secure(SmtpOptions options, SmtpTls tls, string? mechanism = null) => _settings!.Apply(options, tls, mechanism);
}
