using System.CommandLine;
using Dispatcher.Smtp.Dkim;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher dkim</c>: the keys that sign messages, and what must stand in DNS for them.</summary>
internal static class DkimCommand
{
    public static Command Create(CliApplication application) => new ExampleCommand(
        "dkim",
        "Make and show the keys that sign messages (DKIM), in the folder of Smtp:Dkim:Path.",
        "dispatcher dkim new acme.example 2026-11",
        "dispatcher dkim show",
        "dispatcher dkim use acme.example 2026-11")
    {
        new DkimNewCommand().Create(application),
        new DkimShowCommand().Create(application),
        new DkimUseCommand().Create(application),
    };

    public static Argument<string> Domain() => new("domain") { Description = "Domain that signs: the senders', or one above it.", HelpName = "DOMAIN" };

    public static Argument<string> Selector() => new("selector")
    {
        Description = "Name of the key in DNS. A date is a good one: it never comes twice.",
        HelpName = "SELECTOR",
    };

    public static DkimKeyStore StoreOf(CommandContext context) => context.Settings.Configuration["Smtp:Dkim:Path"] is { Length: > 0 } folder
        ? new DkimKeyStore(Path.GetFullPath(folder))
        : throw new UsageException("Smtp:Dkim:Path is not set: say in which folder the keys are, for example --Smtp:Dkim:Path=/etc/dispatcher/dkim.");

    /// <summary>What <c>--json</c> shows of a key.</summary>
    public static object ViewOf(DkimKeyInfo key) => new
    {
        key.Domain,
        key.Selector,
        State = key.Fault is not null ? "bad" : key.Signs ? "signs" : key.Waits ? "waits" : "retired",
        Bits = key.Fault is null ? key.Bits : (int?)null,
        key.File,
        Record = key.Record?.Name,
        Txt = key.Record?.Value,
        key.Fault,
    };
}
