using Dispatcher.Smtp.Tls;
using Dispatcher.TestKit.Processes;
using Microsoft.Extensions.Options;

namespace Dispatcher.Smtp.Tests.Tls;

public sealed class SecurityNoticeTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("127.0.0.1", 25, SmtpTls.Auto, "None")]
    [InlineData("::1", 25, SmtpTls.Auto, "None")]
    [InlineData("LOCALHOST", 2525, SmtpTls.Auto, "None")]
    [InlineData("relay.example.com", 25, SmtpTls.Auto, "Required")]
    [InlineData("192.168.1.1", 587, SmtpTls.Auto, "Required")]
    [InlineData("localhost", 465, SmtpTls.Auto, "Implicit")]
    [InlineData("relay.example.com", 465, SmtpTls.Opportunistic, "Opportunistic")]
    public async Task StartAsync_NothingUnusual_SaysTheModeInForce(string host, int port, SmtpTls tls, string mode)
    {
        var log = await StartAsync(new() { Host = host, Port = port, Tls = tls });

        Assert.Equal($"Information: Mail goes to {host}:{port}, TLS: {mode}", Assert.Single(log).Trim());
    }

    [Fact]
    public async Task StartAsync_AuthorityForThisMachine_MeansTls() =>
        Assert.Contains("Information: Mail goes to 127.0.0.1:25, TLS: Required ", await StartAsync(new() { CaFile = "ca.pem" }));

    [Fact]
    public async Task StartAsync_AnyCertificateAccepted_Warns() =>
        Assert.Contains(await StartAsync(new() { Tls = SmtpTls.Required, AcceptInvalidCertificates = true }), IsWarningOf("Smtp:AcceptInvalidCertificates"));

    [Fact]
    public async Task StartAsync_PasswordMayGoInPlainText_Warns()
    {
        var log = await StartAsync(new() { Tls = SmtpTls.None, AllowPlainTextAuth = true, User = "worker", PasswordFile = Secret(UnixFileMode.UserRead) });

        Assert.Contains(log, IsWarningOf("Smtp:AllowPlainTextAuth"));
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead, true)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupWrite, true)]
    public async Task StartAsync_PasswordFile_WarnsWhereOthersCanReadIt(UnixFileMode mode, bool warns)
    {
        var file = Secret(mode);

        var log = await StartAsync(new() { User = "worker", PasswordFile = file });

        Assert.Equal(warns, log.Exists(IsWarningOf(file)));
    }

    [Fact]
    public async Task StartAsync_LinkToAPasswordFile_JudgesItsTarget()
    {
        var link = Path.Combine(_folder.Path, "link");
        File.CreateSymbolicLink(link, Secret(UnixFileMode.UserRead));

        Assert.DoesNotContain(await StartAsync(new() { User = "worker", PasswordFile = link }), IsWarningOf(link));
    }

    private static Predicate<string> IsWarningOf(string text) =>
        line => line.StartsWith("Warning:", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal);

    private static async Task<List<string>> StartAsync(SmtpOptions options)
    {
        var log = new List<string>();
        await new SecurityNotice(Options.Create(options), new ListLogger<SecurityNotice>(log)).StartAsync(CancellationToken.None);
        return log;
    }

    private string Secret(UnixFileMode mode)
    {
        var file = Path.Combine(_folder.Path, "password");
        File.WriteAllText(file, "secret");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, mode);
        }

        return file;
    }
}
