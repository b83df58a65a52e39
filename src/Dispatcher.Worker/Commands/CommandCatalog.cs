using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary>Every command, in the order in which help lists them.</summary>
internal static class CommandCatalog
{
    public static IEnumerable<Command> Create(CliApplication application) =>
    [
        RunCommand.Create(application),
        new DemoCommand().Create(application),
        new EnqueueCommand().Create(application),
        new StatusCommand().Create(application),
        new DoctorCommand().Create(application),
        DkimCommand.Create(application),
        TenantsCommand.Create(application),
        DestinationsCommand.Create(application),
        new PauseCommand().Create(application),
        new ResumeCommand().Create(application),
        HistoryCommand.Create(application),
        new CancelCommand().Create(application),
        new EditCommand().Create(application),
        new ReleaseCommand().Create(application),
        SuppressCommand.Create(application),
        new FeedbackCommand().Create(application),
        new ListCommand(TenantList.Allow).Create(application),
        new ListCommand(TenantList.Skus).Create(application),
        BlockListCommand.Create(application),
        BounceCommand.Create(application),
        SpfCommand.Create(application),
        RouteCommand.Create(application),
        AddressCommand.Create(application),
        TemplateCommand.Create(application),
        SettingsCommand.Create(application),
    ];
}
