using Dispatcher.Core.Invitations;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Tests.Fakes;

namespace Dispatcher.Worker.Tests.Commands;

public sealed class RecordCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public RecordCommandTests()
    {
        _cli.Store.Put(Record("acme", "1", State.Final, Status.Delivered));
        _cli.Store.Put(Record("acme", "2", State.Queued, Status.Queued));
        _cli.Store.Put(Record("beta", "2", State.Queued, Status.Queued));
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task HistoryList_Json_HasExactlyTheFieldsOfTheContract()
    {
        var code = await _cli.RunAsync("history", "list", "--tenant", "acme", "--status", "delivered", "--json");

        Assert.Equal(0, code);
        Assert.Single(_cli.Lines);
        Assert.Equal(
            "tenant,id,status,detail,createdAt,sentAt,type,method,channel,referenceNumber,recipient,attempt,nextAttemptAt,reply",
            string.Join(',', _cli.Json.EnumerateObject().Select(member => member.Name)));
        Assert.Equal("delivered", _cli.Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task HistoryList_ForPeople_ShowsMarkupAndControlCharactersHarmlessly()
    {
        var hostile = Record("acme", "3", State.Queued, Status.Queued);
        _cli.Store.Put(hostile with { Invitation = hostile.Invitation with { ReferenceNumber = "[red]x[/] \u001b[31m" } });

        await _cli.RunAsync("history", "list");

        Assert.Contains("[red]x[/] \uFFFD[31m", _cli.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HistoryList_Limit_SaysThatThereMayBeMore()
    {
        await _cli.RunAsync("history", "list", "--limit", "1");

        Assert.Contains("--limit", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HistoryList_MistypedStatus_Suggests()
    {
        await _cli.RunAsync("history", "list", "--status", "limit-reachd");

        Assert.Contains("did you mean 'limit-reached'?", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HistoryShow_Json_AddsTheTrail()
    {
        var code = await _cli.RunAsync("history", "show", "1", "--json");

        Assert.Equal(0, code);
        var step = Assert.Single(_cli.Json.GetProperty("trail").EnumerateArray());
        Assert.Equal("at,from,to,by,reply", string.Join(',', step.EnumerateObject().Select(member => member.Name)));
        Assert.Equal("Eva", _cli.Json.GetProperty("name").GetString());
    }

    [Fact]
    public async Task HistoryShow_SameIdOfTwoTenants_ShowsBoth()
    {
        await _cli.RunAsync("history", "show", "2", "--json");

        Assert.Equal(2, _cli.Lines.Length);
    }

    [Fact]
    public async Task HistoryShow_ForPeople_TellsWhatToDo()
    {
        await _cli.RunAsync("history", "show", "1");

        Assert.Contains("What to do", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("Trail", _cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, "Delivered")]
    [InlineData("sv", null, "Levererad")]
    [InlineData("sv-FI", null, "Levererad")]
    [InlineData("xx", "LANG=sv_SE.UTF-8", "Delivered")]
    [InlineData("en", "LANG=sv_SE.UTF-8", "Delivered")]
    [InlineData(null, "LANG=sv_SE.UTF-8", "Levererad")]
    [InlineData(null, "LANG=sv.UTF-8", "Levererad")]
    [InlineData(null, "LANG=de_DE.UTF-8", "Delivered")]
    [InlineData(null, "LANG=C.UTF-8", "Delivered")]
    [InlineData(null, "LANG=sv_SE;LC_MESSAGES=en_GB", "Delivered")]
    [InlineData(null, "LANG=en_GB;LC_ALL=sv_SE@euro", "Levererad")]
    [InlineData(null, "LANG=sv_SE;LC_ALL=", "Levererad")]
    public async Task HistoryShow_Language_IsThatOfOptionThenEnvironment(string? option, string? variables, string title)
    {
        foreach (var variable in variables?.Split(';') ?? [])
        {
            _cli.Variables.Add(variable.Split('=')[0], variable.Split('=')[1]);
        }

        await _cli.RunAsync(["history", "show", "1", "--json", .. option is null ? Array.Empty<string>() : ["--language", option]]);

        Assert.Equal(title, _cli.Json.GetProperty("title").GetString());
    }

    [Fact]
    public async Task HistoryShow_Unknown_IsNo() => Assert.Equal(1, await _cli.RunAsync("history", "show", "none"));

    [Theory]
    [InlineData()]
    [InlineData("--json")]
    public async Task HistoryShow_PartlyUnreadable_ShowsTheRestAndIsNo(params string[] options)
    {
        _cli.Store.Put(Record("acme", "3", State.None, Status.InternalError) with { Problem = "the stored state can't be read" });

        var code = await _cli.RunAsync(["history", "show", "3", .. options]);

        Assert.Equal(1, code);
        Assert.Contains("acme 3: the stored state can't be read", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("the stored state can't be read", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("Eva", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HistoryList_PartlyUnreadable_SaysSoInDetail()
    {
        _cli.Store.Put(Record("other", "3", State.None, Status.InternalError) with { Problem = "the stored state can't be read" });

        Assert.Equal(0, await _cli.RunAsync("history", "list", "--tenant", "other", "--json"));

        Assert.Equal("the stored state can't be read", _cli.Json.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Cancel_Queued_IsFine()
    {
        var code = await _cli.RunAsync("cancel", "2", "--tenant", "acme", "--json");

        Assert.Equal(0, code);
        Assert.Equal("""{"matched":1,"cancelled":1,"tooLate":0}""", _cli.Lines[^1]);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("unknown")]
    public async Task Cancel_TooLateOrUnknown_IsNo(string id) => Assert.Equal(1, await _cli.RunAsync("cancel", "2", id));

    [Theory]
    [InlineData("2", 0, "edited")]
    [InlineData("1", 1, "tooLate")]
    [InlineData("9", 1, "notFound")]
    public async Task Edit_Answers(string id, int expected, string result)
    {
        var code = await _cli.RunAsync("edit", id, "--name", "Eve", "--tenant", "acme", "--json");

        Assert.Equal(expected, code);
        Assert.Equal(result, _cli.Json.GetProperty("result").GetString());
    }

    [Theory]
    [InlineData("3", 0, """{"matched":1,"released":1,"notSetAside":0}""")]
    [InlineData("1", 1, """{"matched":1,"released":0,"notSetAside":1}""")]
    [InlineData("9", 1, """{"matched":0,"released":0,"notSetAside":0}""")]
    public async Task Release_Answers(string id, int expected, string answer)
    {
        _cli.Store.Put(Record("acme", "3", State.Final, Status.InternalError));

        Assert.Equal(expected, await _cli.RunAsync("release", id, "--tenant", "acme", "--json"));

        Assert.Equal(answer, _cli.Lines[^1]);
    }

    [Theory]
    [InlineData("x", 'x')]
    [InlineData("e", '\u0301')]
    public async Task Edit_TooLongName_IsUsageError(string first, char then)
    {
        Assert.Equal(2, await _cli.RunAsync("edit", "2", "--name", first + new string(then, 200)));
        Assert.Equal(0, await _cli.RunAsync("edit", "2", "--name", first + new string(then, 199)));
    }

    [Fact]
    public async Task Suppress_AddShowRemove_GoTogether()
    {
        Assert.Equal(1, await _cli.RunAsync("suppress", "show", "eva@example.com", "--tenant", "acme"));
        Assert.Equal(0, await _cli.RunAsync("suppress", "add", "eva@example.com", "--tenant", "acme", "--days", "30"));
        Assert.Equal(TimeSpan.FromDays(30), _cli.Suppression.Suppressed[("acme", "eva@example.com")].Duration);
        Assert.Equal(0, await _cli.RunAsync("suppress", "show", "eva@example.com", "--tenant", "acme", "--json"));
        Assert.Equal("unsubscribed", _cli.Json.GetProperty("reason").GetString());
        Assert.Equal(0, await _cli.RunAsync("suppress", "remove", "eva@example.com", "--tenant", "acme"));
        Assert.Equal(1, await _cli.RunAsync("suppress", "remove", "eva@example.com", "--tenant", "acme"));
    }

    [Fact]
    public async Task Status_Json_HasTotalsAndWorkers()
    {
        Assert.Equal(0, await _cli.RunAsync("status", "--json"));

        Assert.Equal(7, _cli.Json.GetProperty("backlog").GetProperty("queued").GetInt64());
        Assert.Equal(42, _cli.Json.GetProperty("statuses").GetProperty("delivered").GetInt64());
        Assert.Equal(40, _cli.Json.GetProperty("tenants").GetProperty("acme").GetProperty("delivered").GetInt64());
        Assert.Equal("worker-1", _cli.Json.GetProperty("workers")[0].GetProperty("name").GetString());
        Assert.Equal(1.5, _cli.Json.GetProperty("oldestDueSeconds").GetDouble());
    }

    [Fact]
    public async Task Status_ForPeople_HasATable()
    {
        Assert.Equal(0, await _cli.RunAsync("status"));

        Assert.Contains("9 unfinished, 10 due", _cli.Out, StringComparison.Ordinal);
        Assert.Contains("rejected", _cli.Out, StringComparison.Ordinal);
    }

    private static InvitationRecord Record(string tenant, string id, State state, Status status) => new()
    {
        Invitation = new Invitation { Tenant = tenant, Id = id, RecipientName = "Eva", RecipientEmail = "eva@example.com" },
        State = state,
        Status = status,
        CreatedAt = FakeInvitationStore.Now,
        Attempt = 1,
        Revision = 1,
        Trail = [new(FakeInvitationStore.Now, null, "queued", "enqueue", null)],
    };
}
