namespace Dispatcher.Worker.Demo;

/// <summary>The settings of a demo. They stand above all others, so that a demo can never write to a real relay, nor ask a real name server.</summary>
internal static class DemoSettings
{
    public static Dictionary<string, string?> Of(string samples, int smtpPort, string dns, int httpPort) => new()
    {
        ["Smtp:Host"] = "127.0.0.1",
        ["Smtp:Port"] = Text(smtpPort),
        ["Smtp:Tls"] = "None",
        ["Smtp:RoutesFile"] = "",
        ["Smtp:ShapingFile"] = "",
        ["Smtp:User"] = "",
        ["Smtp:PasswordFile"] = "",
        ["Smtp:From"] = "invitations@dispatcher.example",
        ["Smtp:BounceDomain"] = "",
        ["Smtp:VerpKeyFile"] = "",
        ["Smtp:Dkim:Path"] = "",
        ["Smtp:EhloName"] = "demo.dispatcher.example",
        ["Http:Urls"] = $"http://127.0.0.1:{Text(httpPort)}",
        ["Http:ApiKeysFile"] = "",
        ["Tenants:Path"] = Path.Combine(samples, "tenants"),
        ["Templates:Path"] = Path.Combine(samples, "templates"),
        ["Checks:BlockedDomains"] = "blocked.example",
        ["Checks:SendingAddresses"] = DemoDns.SendingAddress,
        ["Checks:SpfInclude"] = "",
        ["Checks:LookUpMailDomains"] = "false",
        ["Dns:Servers"] = dns,

        // Hours become seconds, days too: a mailbox that stays full ends after a few tries.
        ["Retry:Schedule"] = "1s,2s,4s",
        ["Retry:Greylist"] = "1s",
        ["Retry:MaxAge"] = "6s",
        ["Retry:Jitter"] = "0",
    };

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
