using Dispatcher.Smtp.Routing;
using Dispatcher.Smtp.Tests.Routing;
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

    [Fact]
    public async Task Routes_WithAnOpenPasswordFile_WarnAtStartAndWhenTheyChange()
    {
        await using var site = new RouteSite();
        var (kept, open) = (Secret(UnixFileMode.UserRead, "kept"), Secret(UnixFileMode.UserRead | UnixFileMode.OtherRead, "open"));

        site.Start(Relay("first", kept, "false"));
        var before = site.Log.FindAll(IsWarningOf(""));
        site.Write(Relay("second", open, "true"));
        site.Book.Refresh();
        var after = site.Log.FindAll(IsWarningOf("route second: "));

        Assert.Empty(before);
        Assert.Contains(after, IsWarningOf(open));
        Assert.Contains(after, IsWarningOf("AcceptInvalidCertificates"));
        Assert.Equal(2, after.Count);
    }

    [Fact]
    public void Routes_OpenPasswordFileOfSeveralEndpoints_IsSaidOnceForARoute()
    {
        var options = new SmtpOptions { RoutesFile = Path.Combine(_folder.Path, "routes.json") };
        File.WriteAllText(options.RoutesFile, Relay("main", Secret(UnixFileMode.UserRead | UnixFileMode.OtherRead), "false"));

        var warnings = RouteFiles.Warnings(options, RouteFiles.Read(options, SmtpFileFormat.Json).Setup!.Routes);

        Assert.StartsWith("route main: Others than its owner", Assert.Single(warnings), StringComparison.Ordinal);
    }

    private static string Relay(string name, string passwordFile, string acceptsAll) => $$"""
        { "routes": [{ "name": "{{name}}", "kind": "relay", "tls": "required", "acceptInvalidCertificates": {{acceptsAll}}, "user": "worker", "passwordFile": "{{passwordFile}}",
          "endpoints": [{ "host": "127.0.0.1" }, { "host": "127.0.0.2" }] }], "default": "{{name}}" }
        """;

    private static Predicate<string> IsWarningOf(string text) =>
        line => line.StartsWith("Warning:", StringComparison.Ordinal) && line.Contains(text, StringComparison.Ordinal);

    private static async Task<List<string>> StartAsync(SmtpOptions options)
    {
        var log = new List<string>();
        await new SecurityNotice(Options.Create(options), new ListLogger<SecurityNotice>(log)).StartAsync(CancellationToken.None);
        return log;
    }

    private string Secret(UnixFileMode mode, string name = "password")
    {
        var file = Path.Combine(_folder.Path, name);
        File.WriteAllText(file, "secret");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, mode);
        }

        return file;
    }
}
