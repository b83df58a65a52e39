using Dispatcher.Core.Sending;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dispatcher.Smtp.Tests;

public class SmtpOptionsValidatorTests
{
    [Fact]
    public void Validate_Defaults_AreValid() => Assert.True(new SmtpOptionsValidator().Validate(null, new SmtpOptions()).Succeeded);

    [Theory]
    [InlineData("Smtp:Port", "0", "Smtp:Port must be 1 to 65535")]
    [InlineData("Smtp:Port", "65536", "Smtp:Port must be 1 to 65535")]
    [InlineData("Smtp:Connections", "1001", "Smtp:Connections must be 1 to 1000")]
    [InlineData("Smtp:Host", "", "Smtp:Host is empty")]
    [InlineData("Smtp:Host", "smtp://relay.example.com", "Leave out scheme and port")]
    [InlineData("Smtp:Host", "relay.example.com:25", "Leave out scheme and port")]
    [InlineData("Smtp:EhloName", "my host", "Smtp:EhloName 'my host'")]
    [InlineData("Smtp:BounceDomain", "b@example.com", "Smtp:BounceDomain 'b@example.com'")]
    [InlineData("Smtp:MessagesPerConnection", "0", "Smtp:MessagesPerConnection must be")]
    [InlineData("Smtp:IdleSeconds", "600", "Smtp:IdleSeconds must be 1 to 240")]
    [InlineData("Smtp:MaxAgeSeconds", "0", "Smtp:MaxAgeSeconds must be 1 to 86400")]
    [InlineData("Smtp:Timeouts:Connect", "00:00:00", "Smtp:Timeouts:Connect must be a time from")]
    [InlineData("Smtp:Timeouts:FinalReply", "00:00:30", "Smtp:Timeouts:FinalReply is shorter")]
    public void Start_BadSetting_IsNamedWithItsRemedy(string key, string value, string expected)
    {
        using var services = Services(new() { [key] = value });

        var failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains(expected, Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Start_SeveralBadSettings_AreAllNamed()
    {
        using var services = Services(new() { ["Smtp:Port"] = "0", ["Smtp:Connections"] = "0", ["Smtp:IdleSeconds"] = "0" });

        var failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(3, failure.Failures.Count());
    }

    [Fact]
    public async Task AddSmtpSender_Settings_ReachTheTransport()
    {
        await using var services = Services(new() { ["Smtp:Connections"] = "17", ["Smtp:Timeouts:Connect"] = "00:00:05" });

        Assert.Equal(17, services.GetRequiredService<ISmtpTransport>().Capacity);
        Assert.Equal(TimeSpan.FromSeconds(5), services.GetRequiredService<IOptions<SmtpOptions>>().Value.Timeouts.Connect);
        Assert.NotNull(services.GetRequiredService<IMessageComposer>());
    }

    private static ServiceProvider Services(Dictionary<string, string?> settings) => new ServiceCollection()
        .AddLogging()
        .AddSmtpSender(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
        .BuildServiceProvider();
}
