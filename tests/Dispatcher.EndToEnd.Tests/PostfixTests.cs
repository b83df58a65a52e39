using Dispatcher.TestKit.Mail;

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
}
