using System.CommandLine;
using Dispatcher.Core.Feedback;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher suppress add</c>.</summary>
internal sealed class SuppressAddCommand
{
    private const int MaxDays = 36_500;

    private readonly Argument<string> _address = AddressArgument.Create();
    private readonly Option<string?> _tenant = TenantOption.Create("Who must not write.");
    private readonly Option<bool> _everybody = SuppressAnswer.Everybody();

    private readonly Option<string> _reason = new("--reason")
    {
        Description = "Why.",
        HelpName = "unsubscribed|complaint|hard-bounce",
        DefaultValueFactory = _ => "unsubscribed",
    };

    private readonly Option<int?> _days = new Option<int?>("--days") { Description = "For how long; without it for ever.", HelpName = "DAYS" }
        .Between(1, MaxDays);

    public Command Create(CliApplication application)
    {
        _reason.AcceptOnlyFromAmong("unsubscribed", "complaint", "hard-bounce");
        return application.Run(
            new ExampleCommand(
                "add",
                "Never write to an address again, or not for a while.",
                "dispatcher suppress add eva@example.com --tenant acme",
                "dispatcher suppress add eva@example.com --tenant acme --reason hard-bounce --days 365",
                "dispatcher suppress add eva@example.com --everybody")
            { _address, _tenant, _everybody, _reason, _days },
            RunAsync);
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        SuppressAnswer.NeedOne(context, _tenant, _everybody);
        if (context.Value(_everybody))
        {
            if (context.Value(_days) is not null || context.Value(_reason) != "unsubscribed")
            {
                throw new UsageException("From everybody a recipient unsubscribes for good: leave --days and --reason out.");
            }

            await context.Service<IFeedbackStore>().RecordAsync(
                [new FeedbackEvent { Kind = FeedbackKind.Unsubscribe, Recipient = context.Value(_address), Scope = FeedbackScope.All }], "suppress", cancellationToken);
            SuppressAnswer.Write(context, null, context.Value(_address), suppressed: true, "unsubscribed");
            return ExitCode.Fine;
        }

        var duration = context.Value(_days) is { } days ? TimeSpan.FromDays(days) : (TimeSpan?)null;
        var tenant = context.Value(_tenant)!;
        var reason = context.Value(_reason)!;
        await context.Service<ISuppressionStore>().SuppressAsync(tenant, context.Value(_address), reason, duration, cancellationToken);
        SuppressAnswer.Write(context, tenant, context.Value(_address), suppressed: true, reason);
        return ExitCode.Fine;
    }
}
