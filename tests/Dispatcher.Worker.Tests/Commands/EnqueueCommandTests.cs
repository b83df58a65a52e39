using System.Text;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Tests.Commands;

public sealed class EnqueueCommandTests : IDisposable
{
    private const string Header = "tenant,id,name,email\n";

    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Enqueue_GoodCsv_AcceptsEveryLine()
    {
        var file = _cli.File("a.csv", Header + "acme,1,Eva,eva@example.com\nacme,2,\"Berg, Lars\",lars@example.com\n");

        var code = await _cli.RunAsync("enqueue", file, "--json");

        Assert.Equal(0, code);
        Assert.Equal("""{"accepted":2,"duplicates":0,"conflicts":0,"rejected":0}""", _cli.Lines[^1]);
        Assert.Contains(_cli.Store.Records, record => record.Invitation.RecipientName == "Berg, Lars");
        Assert.Equal("enqueue", _cli.Store.LastBy);
    }

    [Fact]
    public async Task Enqueue_SameFileAgain_AddsNothing()
    {
        var file = _cli.File("a.csv", "tenant,email\nacme,eva@example.com\nacme,eva@example.com\nacme,lars@example.com\n");
        await _cli.RunAsync("enqueue", file);

        var code = await _cli.RunAsync("enqueue", file, "--json");

        Assert.Equal(0, code);
        Assert.Equal(3, _cli.Json.GetProperty("duplicates").GetInt64());
        Assert.Equal(3, _cli.Store.Records.Count);
        Assert.All(_cli.Store.Records, record => Assert.StartsWith("f-", record.Invitation.Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Enqueue_LinesMovedAndColumnsSwapped_KeepsDerivedIds()
    {
        await _cli.RunAsync("enqueue", _cli.File("a.csv", "tenant,email\nacme,eva@example.com\nacme,lars@example.com\n"));

        await _cli.RunAsync("enqueue", _cli.File("b.csv", "email;tenant\nlars@example.com;acme\neva@example.com;acme\n"), "--json");

        Assert.Equal(2, _cli.Json.GetProperty("duplicates").GetInt64());
    }

    [Fact]
    public async Task Enqueue_KnownIdWithOtherContent_ReportsConflict()
    {
        await _cli.RunAsync("enqueue", _cli.File("a.csv", Header + "acme,1,Eva,eva@example.com\n"));

        var code = await _cli.RunAsync("enqueue", _cli.File("b.csv", Header + "acme,1,Eve,eva@example.com\nacme,2,Lars,l@example.com\n"), "--json");

        Assert.Equal(1, code);
        Assert.Equal(1, _cli.Json.GetProperty("conflicts").GetInt64());
        Assert.StartsWith("""{"line":2,"reason":"conflict""", _cli.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_SomeBadLines_SkipsAndNamesThem()
    {
        var file = _cli.File("a.csv", Header
            + "acme,1,Eva,eva@example.com\n"
            + "acme,2,Eva\n"
            + "Acme!,3,Eva,eva@example.com\n"
            + "acme,4,\"Eva,eva@example.com\n"
            + "acme,5,Eva,eva@example.com\n");

        var code = await _cli.RunAsync("enqueue", file);

        Assert.Equal(1, code);
        Assert.Equal(2, _cli.Store.Records.Count);
        Assert.Contains("line 3: the line has 3 fields, the header has 4", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("line 4: tenant:", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("line 5: the quotes don't match", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("2 accepted", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_HostileBytes_EachCostsOneLine()
    {
        byte[] bytes =
        [
            0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("tenant,id,name,email\r\n"),
            .. "acme,1,E\0va,e@example.com\r\n"u8,
            .. "acme,2,E"u8, 0xFF, 0xFE, .. "va,e@example.com\r\n"u8,
            .. Encoding.UTF8.GetBytes("acme,3," + new string('x', 300_000) + ",e@example.com\r\n"),
            .. "acme,4,a\rb,e@example.com\r\n"u8,
            .. "\r\n"u8,
            .. "acme,5,Eva,e@example.com"u8,
        ];

        var code = await _cli.RunAsync("enqueue", _cli.File("a.csv", bytes));

        Assert.Equal(1, code);
        Assert.Equal("5", Assert.Single(_cli.Store.Records).Invitation.Id);
        Assert.Contains("line 2: the line contains a NUL byte", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("line 3: the line is not valid UTF-8", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("line 4: the line is longer than", _cli.Error, StringComparison.Ordinal);
        Assert.Contains("line 5: the quotes don't match", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_MistypedHeader_SuggestsAndTakesNothing()
    {
        var code = await _cli.RunAsync("enqueue", _cli.File("a.csv", "tenant,emial\nacme,e@example.com\n"));

        Assert.Equal(2, code);
        Assert.Contains("unknown column 'emial', did you mean 'email'?", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Store.Records);
    }

    [Theory]
    [InlineData("tenant,email,email\n", "twice")]
    [InlineData("tenant,name\n", "no email and no phone")]
    [InlineData("tenant,\"email\n", "quotes")]
    public async Task Enqueue_WrongHeader_IsUsageError(string header, string expected)
    {
        var code = await _cli.RunAsync("enqueue", _cli.File("a.csv", header + "acme,x\n"));

        Assert.Equal(2, code);
        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_Strict_RefusesAllForOneBadLine()
    {
        var file = _cli.File("a.csv", Header + "acme,1,Eva,eva@example.com\nacme,2\n");

        var code = await _cli.RunAsync("enqueue", file, "--strict");

        Assert.Equal(2, code);
        Assert.Empty(_cli.Store.Records);
        Assert.Equal(0, _cli.Store.Calls);
        Assert.Contains("Nothing was enqueued", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_StrictFromStandardInput_ReadsItTwice()
    {
        _cli.Input = Encoding.UTF8.GetBytes(Header + "acme,1,Eva,eva@example.com\n");

        var code = await _cli.RunAsync("enqueue", "-", "--strict");

        Assert.Equal(0, code);
        Assert.Single(_cli.Store.Records);
    }

    [Fact]
    public async Task Enqueue_JsonLinesFromStandardInput_AreRecognised()
    {
        _cli.Input = "{\"tenant\":\"acme\",\"recipient\":{\"email\":\"e@example.com\"}}\n{broken\n{\"recipient\":{\"email\":\"e@example.com\"}}\n"u8.ToArray();

        var code = await _cli.RunAsync("enqueue", "-", "--json");

        Assert.Equal(1, code);
        Assert.Equal(1, _cli.Json.GetProperty("accepted").GetInt64());
        Assert.Equal(2, _cli.Json.GetProperty("rejected").GetInt64());
    }

    [Fact]
    public async Task Enqueue_WithTenant_FillsItInAndRefusesOthers()
    {
        var file = _cli.File("a.csv", "tenant,id,email\n,1,e@example.com\nbeta,2,e@example.com\n");

        var code = await _cli.RunAsync("enqueue", file, "--tenant", "acme");

        Assert.Equal(1, code);
        Assert.Equal("acme", Assert.Single(_cli.Store.Records).Invitation.Tenant);
    }

    [Fact]
    public async Task Enqueue_NothingGood_IsUsageError() =>
        Assert.Equal(2, await _cli.RunAsync("enqueue", _cli.File("a.csv", Header + "acme,1\n")));

    [Fact]
    public async Task Enqueue_EmptyFile_IsFine() => Assert.Equal(0, await _cli.RunAsync("enqueue", _cli.File("a.csv", "")));

    [Fact]
    public async Task Enqueue_MissingFile_IsUsageError()
    {
        Assert.Equal(2, await _cli.RunAsync("enqueue", "no-such-file.csv"));
        Assert.Contains("no-such-file.csv", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_SystemFull_SaysHowManyWentIn()
    {
        _cli.Store.Capacity = 700;
        var file = _cli.File("a.csv", Many(1200));

        var code = await _cli.RunAsync("enqueue", file, "--json");

        Assert.Equal(3, code);
        Assert.Equal(700, _cli.Json.GetProperty("accepted").GetInt64());
        Assert.Contains("full", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_RedisGoesAway_SaysHowManyWentInAndGoesOnNextTime()
    {
        _cli.Store.AwayFromCall = 2;
        var file = _cli.File("a.csv", Many(1200));

        var code = await _cli.RunAsync("enqueue", file, "--json");

        Assert.Equal(3, code);
        Assert.Equal(500, _cli.Json.GetProperty("accepted").GetInt64());

        _cli.Store.AwayFromCall = 0;
        Assert.Equal(0, await _cli.RunAsync("enqueue", file, "--json"));
        Assert.Equal(700, _cli.Json.GetProperty("accepted").GetInt64());
    }

    [Fact]
    public async Task Enqueue_Stopped_SaysHowManyWentIn()
    {
        using var stop = new CancellationTokenSource();
        _cli.Store.BeforeAdd = call =>
        {
            if (call == 2)
            {
                stop.Cancel();
            }
        };
        using var output = new StringWriter();
        using var error = new StringWriter();

        var code = await new CliApplication(_cli.Environment(output, error)).InvokeAsync(["enqueue", _cli.File("a.csv", Many(1200))], stop.Token);

        Assert.Equal(1, code);
        Assert.StartsWith("500 accepted", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("Run it again", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_ManyLines_GoInBatches()
    {
        await _cli.RunAsync("enqueue", _cli.File("a.csv", Many(1200)));

        Assert.Equal([500, 500, 200], _cli.Store.BatchSizes);
    }

    [Fact]
    public async Task Enqueue_ManyBadLines_AreSummedUpForPeople()
    {
        await _cli.RunAsync("enqueue", _cli.File("a.csv", Header + string.Concat(Enumerable.Repeat("x\n", 30))));

        Assert.Equal(20, _cli.Error.Split("the line has 1 fields").Length - 1);
        Assert.Contains("and 10 more bad lines", _cli.Error, StringComparison.Ordinal);
    }

    private static string Many(int count) =>
        Header + string.Concat(Enumerable.Range(1, count).Select(i => $"acme,{i},Eva,eva{i}@example.com\n"));
}
