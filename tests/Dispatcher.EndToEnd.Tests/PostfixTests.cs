using System.Text;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Dkim;
using Dispatcher.TestKit.Mail;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.EndToEnd.Tests;

public sealed class PostfixTests
{
    [Fact]
    public async Task Run_RealPostfix_TakesTheMailAndRefusesWhoDoesNotExist()
    {
        if (RealPostfix.Missing is { } missing)
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", missing);
            Assert.Fail(missing);
        }

        await using var postfix = await RealPostfix.StartAsync();
        await using var site = await Site.StartAsync("no", ("Smtp__Port", $"{postfix.Port}"));
        await site.AddWorkerAsync();

        await site.ProduceAsync(0, 2, tenants: 1, address: i => $"{(i == 0 ? "eva" : "unknown")}@{RealPostfix.Domain}");
        var counts = await site.FinishedAsync(2, TimeSpan.FromSeconds(60));
        var mail = await postfix.FindAsync("X-Invitation-Id: t0/n0");

        Assert.Equal(1, counts["delivered"]);
        Assert.Equal(1, counts["invalid-recipient"]);
        Assert.Contains("From: ", mail, StringComparison.Ordinal);
        Assert.Contains("Content-Type: multipart/alternative", mail, StringComparison.Ordinal);
        Assert.Contains("List-Unsubscribe:", mail, StringComparison.Ordinal);
    }

    /// <summary>Port 587 and port 465, from the settings of an operator to the mailbox.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_PostfixSubmission_LogsInOverTlsAndKeepsThePasswordToItself(bool implicitTls)
    {
        if (PostfixSecurity.Missing is { } missing)
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", missing);
            Assert.Fail(missing);
        }

        using var authority = new TestAuthority();
        using var certificate = authority.Issue("127.0.0.1");
        using var folder = new TempFolder();
        var (caFile, passwordFile) = (Path.Combine(folder.Path, "ca.pem"), Path.Combine(folder.Path, "password"));
        await File.WriteAllTextAsync(caFile, authority.Pem, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(passwordFile, PostfixSecurity.Password + "\n", TestContext.Current.CancellationToken);

        var security = new PostfixSecurity(certificate);
        await using var postfix = await RealPostfix.StartAsync(security);
        await using var site = await Site.StartAsync(
            "no",
            ("Smtp__Port", $"{(implicitTls ? security.SubmissionsPort : security.SubmissionPort)}"),
            ("Smtp__Tls", implicitTls ? "implicit" : "auto"),
            ("Smtp__CaFile", caFile),
            ("Smtp__User", PostfixSecurity.User),
            ("Smtp__PasswordFile", passwordFile),
            ("Logging__LogLevel__Default", "Trace"));
        var worker = await site.AddWorkerAsync();

        await site.ProduceAsync(0, 2, tenants: 1, address: i => $"{(i == 0 ? "eva" : "unknown")}@{RealPostfix.Domain}");
        var counts = await site.FinishedAsync(2, TimeSpan.FromSeconds(60));
        var mail = await postfix.FindAsync("X-Invitation-Id: t0/n0");
        var (_, well) = await WorkerProcess.RunAsync(site.Settings, "doctor", "--json");
        await File.WriteAllTextAsync(passwordFile, "another\n", TestContext.Current.CancellationToken);
        var (_, rotated) = await WorkerProcess.RunAsync(site.Settings, "doctor", "--json");

        Assert.Contains("\"answers\":true,\"tls\":true", well, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"relay-login\"", rotated, StringComparison.Ordinal);
        Assert.Equal((1, 1), (counts["delivered"], counts["invalid-recipient"]));
        Assert.Contains("with ESMTPSA", mail, StringComparison.Ordinal);
        Assert.Contains($"TLS: {(implicitTls ? "Implicit" : "Required")}", worker.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(PostfixSecurity.Password, worker.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_KeysAndABounceDomain_SignsAndTheReturnPathNamesTheAttempt()
    {
        if (RealPostfix.Missing is { } missing)
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", missing);
            Assert.Fail(missing);
        }

        using var folder = new TempFolder();
        var secrets = Path.Combine(folder.Path, "verp");
        await File.WriteAllTextAsync(secrets, "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXc=\n");
        var keys = new DkimKeyStore(folder.Sub("dkim"));
        var key = keys.Create("example.com", "s1", 2048, out _)!;
        keys.Use("example.com", "s1", TimeProvider.System, out _);
        await using var postfix = await RealPostfix.StartAsync();
        await using var site = await Site.StartAsync(
            "no", ("Smtp__Port", $"{postfix.Port}"), ("Smtp__From", "reviews@example.com"), ("Smtp__BounceDomain", "b.example.com"),
            ("Smtp__VerpKeyFile", secrets), ("Smtp__Dkim__Path", folder.Sub("dkim")));
        await site.AddWorkerAsync();

        await site.ProduceAsync(0, 1, tenants: 1, address: _ => $"eva@{RealPostfix.Domain}");
        await site.FinishedAsync(1, TimeSpan.FromSeconds(60));
        var mail = await postfix.FindAsync("X-Invitation-Id: t0/n0");

        Assert.Contains("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;", mail, StringComparison.Ordinal);
        Assert.Contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click", mail, StringComparison.Ordinal);
        var returnPath = mail.Split("Return-Path: <")[1].Split('>')[0];
        Assert.EndsWith("@b.example.com", returnPath, StringComparison.Ordinal);
        var codec = new VerpCodec(VerpKeys.Read(secrets, out _)!);
        Assert.True(codec.TryParse(returnPath.Split('@')[0], out var target));
        Assert.Equal(new VerpTarget(0, RecordKey.Of("t0", "n0"), 1), target);

        // As it was delivered, another program finds the signature valid.
        var captured = Path.Combine(folder.Path, "captured.eml");
        await File.WriteAllTextAsync(captured, mail, Encoding.Latin1);
        Assert.Equal(["pass"], await Python.RunAsync("verify_dkim.py", key.Record!.Value, captured));
    }
}
