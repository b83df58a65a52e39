using Dispatcher.TestKit.Processes;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>Settings for servers with TLS and a login, with their files in a folder of its own.</summary>
internal sealed class SecureSettings(string user, string password, string caPem) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Apply(SmtpOptions options, SmtpTls tls, string? mechanism = null)
    {
        (options.Tls, options.TlsName, options.AuthMechanism) = (tls, "mail.test", mechanism);
        (options.User, options.PasswordFile) = (user, Write("password", password + "\n"));
        options.CaFile = Write("ca.pem", caPem);
    }

    public void Dispose() => _folder.Dispose();

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, text);
        return path;
    }
}
