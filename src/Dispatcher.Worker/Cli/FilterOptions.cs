using System.CommandLine;
using Dispatcher.Core.Addresses;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;

namespace Dispatcher.Worker.Cli;

/// <summary>
/// Which invitations a command means: ids, or a filter, or <c>--all</c>. What is not said plainly is asked for: a command that can't be
/// undone must not do more than was meant.
/// </summary>
/// <param name="verb">What the command does, for its questions: <c>cancel</c>.</param>
internal sealed class FilterOptions(string verb)
{
    private const string Examples = "--type, --template, --tag, …";

    private readonly Argument<string[]> _ids = InvitationIds.Many();
    private readonly Option<string?> _tenant = TenantOption.Create("Whose; without it every tenant's.");

    private readonly Option<string?> _type = new("--type")
    {
        Description = "Only invitations of this type.",
        HelpName = string.Join('|', Codes.All<InvitationType>()),
    };

    private readonly Option<string?> _template = NotEmpty("--template", "Only those with this template.", "ID");
    private readonly Option<string?> _tag = NotEmpty("--tag", "Only those with this tag, to the letter.", "TAG");

    private readonly Option<string?> _domain = new("--recipient-domain")
    {
        Description = "Only recipients of this domain, not of those below it.",
        HelpName = "DOMAIN",
    };

    private readonly Option<DateTimeOffset?> _from = Moment(
        "--created-from", "Only those created at this time or later; ISO 8601, a date alone is its midnight in UTC.");

    private readonly Option<DateTimeOffset?> _before = Moment("--created-before", "Only those created before this time.");
    private readonly Option<bool> _all = new("--all") { Description = "All of the tenant; without --tenant all there is, which needs --yes." };
    private readonly Option<bool> _yes = new("--yes") { Description = "Yes, of every tenant." };

    public void AddTo(Command command)
    {
        command.Add(_ids);
        _type.AcceptOnlyFromAmong([.. Codes.All<InvitationType>()]);
        _domain.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && DomainSyntax.FindFault(result.Tokens[0].Value) is { } fault)
            {
                result.AddError($"--recipient-domain: {fault}.");
            }
        });
        foreach (var option in (Option[])[_tenant, _type, _template, _tag, _domain, _from, _before, _all, _yes])
        {
            command.Add(option);
        }
    }

    /// <exception cref="UsageException">It is not said plainly which are meant.</exception>
    public InvitationSelection Read(CommandContext context)
    {
        string[] ids = [.. context.Value(_ids).Distinct(StringComparer.Ordinal)];
        var tenant = context.Value(_tenant);
        var filter = new InvitationFilter
        {
            Tenant = tenant,
            Type = context.Value(_type) is { } type && Codes.TryParse<InvitationType>(type, out var code) ? code : null,
            TemplateId = context.Value(_template),
            Tag = context.Value(_tag),
            RecipientDomain = context.Value(_domain),
            CreatedFrom = context.Value(_from),
            CreatedBefore = context.Value(_before),
        };
        var all = context.Value(_all);
        var filtered = !(filter with { Tenant = null }).IsEverything;
        var fault = (ids.Length > 0, filtered, all) switch
        {
            (true, true, _) or (true, _, true) => $"Give either ids or a filter: {verb} takes one of them.",
            (false, true, true) => "--all is everything: leave it out where there is a filter.",
            (false, false, false) when tenant is not null => $"That {verb}s all of {tenant}: add --all if you mean it, or a filter ({Examples}).",
            (false, false, false) => $"Say what to {verb}: ids, a filter ({Examples}), or --tenant NAME --all.",
            (false, false, true) when tenant is null && !context.Value(_yes) =>
                $"That {verb}s everything of every tenant: add --yes if you mean it, or --tenant NAME.",
            _ when filter.CreatedFrom >= filter.CreatedBefore => "--created-from must lie before --created-before.",
            _ => null,
        };
        return fault is not null ? throw new UsageException(fault)
            : ids.Length > 0 ? new(ids, null)
            : new(null, filter);
    }

    /// <summary>For commands by id.</summary>
    public string? Tenant(CommandContext context) => context.Value(_tenant);

    private static Option<string?> NotEmpty(string name, string description, string value)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = value };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError($"{name} must not be empty.");
            }
        });
        return option;
    }

    private static Option<DateTimeOffset?> Moment(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            if (IsoMoment.TryParse(result.Tokens.SingleOrDefault()?.Value, out var moment))
            {
                return moment;
            }

            result.AddError($"{name} {IsoMoment.Fault}.");
            return null;
        },
    };
}
