using Dispatcher.Core.Sending;
using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>A Postfix with a greylisting policy: it knows again who comes back with the same sender, and nobody else.</summary>
public class PostfixGreylistTests
{
    [Fact]
    public async Task SendAsync_SameAddressesAgain_IsTakenTheSecondTime()
    {
        Peers.Require(RealPostfix.Missing);
        await using var greylist = new GreylistPolicy();
        await using var postfix = await RealPostfix.StartAsync(policy: $"smtpd_recipient_restrictions = reject_unauth_destination, {greylist.Restriction}");

        var first = await SendAsync("one@b.example.com");
        var other = await SendAsync("two@b.example.com");
        var second = await SendAsync("one@b.example.com");

        Assert.Equal((OutcomeKind.Deferred, RetryClass.Greylisted, TimeSpan.FromMinutes(5)), (first.Kind, first.RetryClass, first.RetryAfter));
        Assert.Equal(OutcomeKind.Deferred, other.Kind);
        Assert.Equal(OutcomeKind.Delivered, second.Kind);

        Task<DeliveryOutcome> SendAsync(string from) => Mails.SendAsync(postfix.Port, Mails.Message($"eva@{RealPostfix.Domain}", from: from));
    }
}
