using System.CommandLine;
using System.Text;
using Dispatcher.Core;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Tenants;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Files;
using Dispatcher.Worker.Hosting;
using Dispatcher.Worker.Templates;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher template render</c>: the message as it would be sent.</summary>
internal sealed class TemplateRenderCommand
{
    private readonly Argument<string> _path = TemplateCommand.Path();
    private readonly Option<string?> _type = TemplateCommand.Type();
    private readonly Option<string?> _data = new("--data") { Description = "An invitation as JSON, all of it optional; - is standard input. Default: an example.", HelpName = "FILE|-" };
    private readonly Option<string?> _tenant = new("--tenant-file") { Description = "The tenant's settings (name, domain, sender) as for 'tenants apply'.", HelpName = "FILE" };
    private readonly Option<string?> _out = new("--out", "-o") { Description = "Write the message here. Default: standard output.", HelpName = "FILE" };
    private readonly Option<string?> _html = new("--html") { Description = "Write the HTML body here, for a browser.", HelpName = "FILE" };

    public Command Create(CliApplication application)
    {
        var command = new ExampleCommand(
            "render",
            "Write the message that a template makes. Exit code 1: it was written, but the template has mistakes and would not be sent.",
            "dispatcher template render templates/acme/default --data invitation.json --out preview.eml",
            "dispatcher template render templates/acme/default --tenant-file acme.yaml --html preview.html --out preview.eml",
            "echo '{\"recipient\":{\"name\":\"Åsa\"},\"locale\":\"sv\"}' | dispatcher template render body.html --data -")
        {
            Remarks =
            [
                "--data takes an invitation as producers write it. Members named as placeholders (\"Name\", \"CompanyIdentifier\", \"DomainName\", \"Link\",\n"
                    + "\"Order\", \"UnsubscribeLink\") stand instead of what the invitation gives. The message is not signed.",
            ],
        };
        command.Add(_path);
        foreach (var option in new Option[] { _type, _data, _tenant, _out, _html })
        {
            command.Add(option);
        }

        return application.Run(command, RunAsync);
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var type = TemplateCommand.TypeOf(context, _type);
        var inputs = TemplateInput.Read(context.Value(_path), type);
        if (inputs is not [{ Template: { IsRefused: false } template } input])
        {
            throw new UsageException(inputs.Count > 1 ? "There are several templates in this folder; name one." : inputs[0].Template.Problems[0].Describe());
        }

        var data = PreviewData.Read(ReadData(context), template.Type, context.Environment.Time.GetUtcNow());
        var tenant = ReadTenant(context, data.Invitation.Tenant);
        await using var services = CommandServices.Build(
            context.Environment, context.Settings.Configuration, more => more.AddDispatcherCore(context.Settings.Configuration));
        var preview = TemplatePreview.Make(template, data, tenant, services.GetRequiredService<EmailDraftFactory>());
        await WriteAsync(context, preview, cancellationToken);
        foreach (var problem in template.Problems)
        {
            context.Output.ErrorLine(Cell.Plain($"{input.FileOf(problem)}: {problem.Describe()}"));
        }

        return template.Status == TemplateStatus.Ok ? ExitCode.Fine : ExitCode.No;
    }

    private async Task WriteAsync(CommandContext context, TemplatePreview preview, CancellationToken cancellationToken)
    {
        try
        {
            if (context.Value(_html) is { } html)
            {
                await File.WriteAllTextAsync(html, preview.Html ?? throw new UsageException("--html: the template has no HTML"), cancellationToken);
            }

            if (context.Value(_out) is { } file and not "-")
            {
                await File.WriteAllBytesAsync(file, preview.Message, cancellationToken);
            }
            else
            {
                await context.Environment.Out.WriteAsync(Encoding.UTF8.GetString(preview.Message.Span));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The preview can't be written: {exception.Message}");
        }
    }

    private byte[]? ReadData(CommandContext context)
    {
        if (context.Value(_data) is not { } name)
        {
            return null;
        }

        try
        {
            using var input = name == "-" ? context.Environment.OpenInput() : File.OpenRead(name);
            return BoundedInput.Read(input, Core.Invitations.InvitationLimits.MaxBytes)
                ?? throw new UsageException("--data: is larger than an invitation may be (256 kB)");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--data: {exception.Message}");
        }
    }

    private TenantSettings ReadTenant(CommandContext context, string name)
    {
        if (context.Value(_tenant) is not { } file)
        {
            return TenantSettings.Default(name);
        }

        var read = SettingsFiles.Read(file, SettingsFormat.Tenants);
        return read.Problems.Count > 0 ? throw new UsageException(string.Join(Environment.NewLine, read.Problems))
            : read.Items.FirstOrDefault(tenant => tenant.Tenant == name) ?? (read.Items is [var only] ? only
            : throw new UsageException($"--tenant-file: there is no tenant {name} in it; say which one with \"tenant\" in --data"));
    }
}
