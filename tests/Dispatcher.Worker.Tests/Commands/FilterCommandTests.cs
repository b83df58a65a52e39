using Dispatcher.Core.Invitations;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Tests.Fakes;

namespace Dispatcher.Worker.Tests.Commands;

public sealed class FilterCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public FilterCommandTests()
    {
        Put("acme", "1", "eva@example.com", "spring");
        Put("acme", "2", "eva@other.example", "spring");
        Put("acme", "3", "eva@sub.example.com", "autumn", InvitationType.Product);
        Put("beta", "1", "eva@example.com", "spring");
    }

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("--tenant acme --all", 3)]
    [InlineData("--all --yes", 4)]
    [InlineData("--type product", 1)]
    [InlineData("--template autumn", 1)]
    [InlineData("--tag t-spring", 3)]
    [InlineData("--recipient-domain EXAMPLE.com", 2)]
    [InlineData("--recipient-domain example.com --tenant acme", 1)]
    [InlineData("--created-from 2026-11-22", 4)]
    [InlineData("--created-from 2026-11-22T12:00:00+02:00 --created-before 2026-11-22T10:00:00.001Z", 4)]
    [InlineData("--created-before 2026-11-23 --type service", 3)]
    public async Task Cancel_ByFilter_CancelsWhatMatches(string line, int expected)
    {
        var code = await _cli.RunAsync(["cancel", .. line.Split(' '), "--json"]);

        Assert.Equal(0, code);
        Assert.Equal($$"""{"matched":{{expected}},"cancelled":{{expected}},"tooLate":0}""", _cli.Lines[^1]);
        Assert.Equal(expected, _cli.Store.Records.Count(record => record.Status == Status.Cancelled));
        Assert.Equal("cancel", _cli.Store.LastBy);
    }

    [Fact]
    public async Task Cancel_AllOptions_BecomeTheFilter()
    {
        await _cli.RunAsync(
            "cancel", "--tenant", "acme", "--type", "reminder", "--template", "t", "--tag", "Tag", "--recipient-domain", "Example.com",
            "--created-from", "2026-11-20", "--created-before", "2026-11-21T08:30");

        Assert.Equal(
            new InvitationFilter
            {
                Tenant = "acme",
                Type = InvitationType.Reminder,
                TemplateId = "t",
                Tag = "Tag",
                RecipientDomain = "example.com",
                CreatedFrom = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero),
                CreatedBefore = new(2026, 11, 21, 8, 30, 0, TimeSpan.Zero),
            },
            _cli.Store.LastFilter);
    }

    [Fact]
    public async Task Cancel_ByFilterTwice_FindsNothingTheSecondTime()
    {
        Assert.Equal(0, await _cli.RunAsync("cancel", "--tenant", "acme", "--all"));
        Assert.Equal("3 found, 3 cancelled, 0 too late", _cli.Out.Trim());
        Assert.Equal(1, await _cli.RunAsync("cancel", "--tenant", "acme", "--all"));
        Assert.Equal("0 found, 0 cancelled, 0 too late", _cli.Out.Trim());
    }

    [Fact]
    public async Task Cancel_SomeTooLate_IsNo()
    {
        Put("acme", "4", "eva@example.com", "spring", state: State.Final, status: Status.Delivered);

        Assert.Equal(1, await _cli.RunAsync("cancel", "--tenant", "acme", "--all"));
        Assert.Equal("4 found, 3 cancelled, 1 too late", _cli.Out.Trim());
    }

    [Theory]
    [InlineData("cancel", "Say what to cancel: ids, a filter")]
    [InlineData("cancel --tenant acme", "That cancels all of acme: add --all")]
    [InlineData("cancel --all", "That cancels everything of every tenant: add --yes")]
    [InlineData("cancel --yes", "Say what to cancel")]
    [InlineData("cancel 1 --type service", "either ids or a filter")]
    [InlineData("cancel 1 --all", "either ids or a filter")]
    [InlineData("cancel --all --type service --tenant acme", "leave it out")]
    [InlineData("cancel --type letter", "letter")]
    [InlineData("cancel --recipient-domain example", "--recipient-domain")]
    [InlineData("cancel --created-from yesterday", "2026-11-22T10:00:00Z")]
    [InlineData("cancel --created-before 22/11/2026", "--created-before")]
    [InlineData("cancel --created-from 2026-11-22 --created-before 2026-11-22", "must lie before")]
    [InlineData("cancel --tag=", "--tag")]
    [InlineData("cancel --tenant Acme --all", "Acme")]
    [InlineData("cancel a/b", "a/b")]
    [InlineData("edit --name Eve", "Say what to edit")]
    [InlineData("edit --name Eve --tenant acme", "That edits all of acme: add --all")]
    [InlineData("edit 1 2 --name Eve", "one id")]
    [InlineData("edit --tag x", "--name")]
    public async Task Invoke_NotSaidPlainly_IsTwoAndTeaches(string line, string expected)
    {
        Assert.Equal(2, await _cli.RunAsync(line.Split(' ')));

        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Out);
        Assert.Equal(0, _cli.Store.Calls);
    }

    [Fact]
    public async Task Cancel_SeveralMistakes_AreAllReported()
    {
        Assert.Equal(2, await _cli.RunAsync("cancel", "--type", "x", "--created-from", "y", "--recipient-domain", "z"));

        Assert.All(new[] { "'x'", "--created-from", "--recipient-domain" }, part => Assert.Contains(part, _cli.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Edit_ByFilter_ChangesTheNames()
    {
        Put("acme", "4", "eva@example.com", "spring", state: State.Sending, status: Status.Sending);

        var code = await _cli.RunAsync("edit", "--name", "Eve", "--tenant", "acme", "--tag", "t-spring", "--json");

        Assert.Equal(1, code);
        Assert.Equal("""{"matched":3,"edited":2,"tooLate":1}""", _cli.Lines[^1]);
        Assert.Equal(2, _cli.Store.Records.Count(record => record.Invitation.RecipientName == "Eve"));
        Assert.Equal(0, await _cli.RunAsync("edit", "--name", "", "--tenant", "beta", "--all"));
        Assert.Equal("1 found, 1 edited, 0 too late", _cli.Out.Trim());
    }

    [Fact]
    public async Task Cancel_StoppedWhileCounting_SaysThatItGoesOn()
    {
        using var stop = new CancellationTokenSource();
        using var error = new StringWriter();
        _cli.Store.DuringSweep = stop.Cancel;

        var code = await new CliApplication(_cli.Environment(TextWriter.Null, error)).InvokeAsync(["cancel", "--tenant", "acme", "--all"], stop.Token);

        Assert.Equal(1, code);
        Assert.Contains("goes on in the workers", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_RedisAway_IsThree()
    {
        _cli.Store.AwayFromCall = 1;

        Assert.Equal(3, await _cli.RunAsync("cancel", "--tenant", "acme", "--all"));
    }

    [Fact]
    public async Task Cancel_OnATerminal_ShowsABar()
    {
        using var error = new StringWriter();
        using var output = new StringWriter();
        var environment = _cli.Environment(output, error) with { ErrorIsTerminal = true };

        Assert.Equal(0, await new CliApplication(environment).InvokeAsync(["cancel", "--tenant", "acme", "--all"], CancellationToken.None));

        Assert.Equal("3 found, 3 cancelled, 0 too late", output.ToString().Trim());
    }

    private void Put(
        string tenant,
        string id,
        string email,
        string template,
        InvitationType type = InvitationType.Service,
        State state = State.Queued,
        Status status = Status.Queued) => _cli.Store.Put(new InvitationRecord
        {
            Invitation = new Invitation
            {
                Tenant = tenant,
                Id = id,
                RecipientEmail = email,
                TemplateId = template,
                Tags = ["t-" + template],
                Type = type,
            },
            State = state,
            Status = status,
            CreatedAt = FakeInvitationStore.Now,
            Attempt = 0,
            Revision = 1,
            Trail = [],
        });
}
