using Dispatcher.Simulators.Smtp;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.Smtp.Tests.Tls;

public sealed class SecurityRulesTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _password;

    public SecurityRulesTests() => _password = Write("password", "secret\n");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Validate_Login_IsValid() => AssertProblems(new() { User = "worker", PasswordFile = _password });

    [Fact]
    public void Validate_EverythingSet_IsValid()
    {
        using var certificate = SelfSignedCertificate.Create("relay.test", TimeProvider.System);
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate);

        AssertProblems(new()
        {
            Host = "relay.example.com",
            TlsName = "mail.example.com",
            MinTls = "1.3",
            CaFile = Write("ca.pem", certificate.ExportCertificatePem()),
            ClientCertificateFile = Write("own.pem", certificate.ExportCertificatePem()),
            ClientKeyFile = Write("own.key", key!.ExportPkcs8PrivateKeyPem()),
            User = "worker",
            PasswordFile = _password,
            AuthMechanism = "scram-sha-256",
        });
    }

    [Fact]
    public void Validate_Mistakes_AreNamedWithTheirRemedy()
    {
        var text = Write("text", "no certificate");

        AssertProblems(new() { MinTls = "1.1" }, "Smtp:MinTls must be 1.2 or 1.3");
        AssertProblems(new() { Tls = (SmtpTls)17 }, "Smtp:Tls must be Auto, None");
        AssertProblems(new() { TlsName = "smtp://x" }, "Smtp:TlsName 'smtp://x' is not a host name");
        AssertProblems(new() { CaFile = text }, "Smtp:CaFile: ");
        AssertProblems(new() { CaFile = "/no/such/file" }, "Smtp:CaFile: /no/such/file cannot be read");
        AssertProblems(new() { ClientCertificateFile = text }, "Smtp:ClientCertificateFile and Smtp:ClientKeyFile belong together");
        AssertProblems(new() { ClientCertificateFile = text, ClientKeyFile = text }, "Smtp:ClientCertificateFile and Smtp:ClientKeyFile: ");
        AssertProblems(new() { User = "worker" }, "Smtp:User and Smtp:PasswordFile belong together");
        AssertProblems(new() { PasswordFile = _password }, "Smtp:User and Smtp:PasswordFile belong together");
        AssertProblems(new() { User = "worker", PasswordFile = "/no/such/file" }, "Smtp:PasswordFile /no/such/file does not exist");
        AssertProblems(new() { User = "wor\nker", PasswordFile = _password }, "Smtp:User holds control characters");
        AssertProblems(new() { User = new string('u', 256), PasswordFile = _password }, "Smtp:User has more than 255 characters");
        AssertProblems(new() { AuthMechanism = "CRAM-MD5" }, "Smtp:AuthMechanism 'CRAM-MD5' is unknown. Known are SCRAM-SHA-256, PLAIN, LOGIN");
    }

    [Theory]
    [InlineData(SmtpTls.None)]
    [InlineData(SmtpTls.Opportunistic)]
    public void Validate_LoginWithoutCheckedTls_MustBeAllowed(SmtpTls tls)
    {
        AssertProblems(new() { Tls = tls, User = "worker", PasswordFile = _password }, $"Smtp:User is set and Smtp:Tls is {tls}");
        AssertProblems(new() { Tls = tls, User = "worker", PasswordFile = _password, AllowPlainTextAuth = true });
    }

    private static void AssertProblems(SmtpOptions options, params string[] beginnings)
    {
        var failures = (new SmtpOptionsValidator().Validate(null, options).Failures ?? []).ToArray();

        Assert.Equal(beginnings.Length, failures.Length);
        Assert.All(beginnings.Zip(failures), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, text);
        return path;
    }
}
