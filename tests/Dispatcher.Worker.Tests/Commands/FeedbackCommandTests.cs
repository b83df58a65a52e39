using Dispatcher.Core.Feedback;
using Dispatcher.Core.Invitations;

namespace Dispatcher.Worker.Tests.Commands;

public sealed class FeedbackCommandTests : IDisposable
{
    private readonly TestCli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Feedback_EveryWayToName_IsRecorded()
    {
        var key = RecordKey.Of("acme", "a3");
        var file = _cli.File("events.jsonl", $$"""
            {"kind":"bounce","tenant":"acme","id":"a1","at":"2026-11-22T10:00:00Z","detail":"550 5.1.1 no such user","attempt":2}

            {"kind":"complaint","messageId":"<{{key}}@acme.example>"}
            {"kind":"unsubscribe","recipient":"eva@example.com","scope":"all"}
            {"kind":"review","tenant":"acme","recipient":"eva@example.com"}
            {"kind":"receipt","tenant":"acme","id":"a2","detail":"delivered"}
            """);

        Assert.Equal(0, await _cli.RunAsync("feedback", file, "--json"));

        Assert.Equal("""{"changed":3,"noted":2,"stale":0,"rejected":0}""", _cli.Lines[^1]);
        Assert.Equal(
            [FeedbackKind.Bounce, FeedbackKind.Complaint, FeedbackKind.Unsubscribe, FeedbackKind.Review, FeedbackKind.Receipt],
            _cli.Feedback.Events.Select(told => told.Kind));
        Assert.Equal(key, _cli.Feedback.Events[1].RecordKey);
        Assert.Equal(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero), _cli.Feedback.Events[0].At);
        Assert.Equal(0, await _cli.RunAsync("feedback", file));
        Assert.Contains("3 known already", _cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense", "is not JSON")]
    [InlineData("[]", "must be an object")]
    [InlineData("""{"tenant":"acme","id":"a1"}""", "kind: is required")]
    [InlineData("""{"kind":"unset","tenant":"acme","id":"a1"}""", "kind: must be one of bounce")]
    [InlineData("""{"kind":"bounced","tenant":"acme","id":"a1"}""", "kind: must be one of")]
    [InlineData("""{"kind":"bounce","tenant":"acme"}""", "needs one of id, messageId and recipient")]
    [InlineData("""{"kind":"bounce","tenant":"acme","id":"a1","recipient":"eva@example.com"}""", "needs one of")]
    [InlineData("""{"kind":"bounce","id":"a1"}""", "tenant: is required")]
    [InlineData("""{"kind":"bounce","tenant":"ACME","id":"a1"}""", "tenant: is no tenant's name")]
    [InlineData("""{"kind":"bounce","messageId":"<x@example.com>"}""", "messageId: is no Message-ID of ours")]
    [InlineData("""{"kind":"bounce","tenant":"acme","id":"a1","at":"yesterday"}""", "at: must be an ISO 8601")]
    [InlineData("""{"kind":"bounce","tenant":"acme","id":"a1","detial":"550"}""", "did you mean detail?")]
    [InlineData("""{"kind":"complaint","tenant":"acme","id":"a1","scope":"all"}""", "scope: all is for unsubscribe alone")]
    [InlineData("""{"kind":"receipt","tenant":"acme","recipient":"eva@example.com"}""", "recipient: does not tell which")]
    [InlineData("""{"kind":"bounce","kind":"review","tenant":"acme","id":"a1"}""", "stands twice")]
    [InlineData("""{"kind":"bounce","tenant":"acme","id":"nobody"}""", "no such invitation")]
    [InlineData("""{"kind":"bounce","tenant":"acme","id":"busy"}""", "still under way")]
    public async Task Feedback_BadLine_IsToldByNumberAndTheRestCounts(string line, string expected)
    {
        var file = _cli.File("events.jsonl", "{\"kind\":\"review\",\"tenant\":\"acme\",\"recipient\":\"eva@example.com\"}\n" + line + "\n");

        Assert.Equal(1, await _cli.RunAsync("feedback", file));

        Assert.Contains("line 2: ", _cli.Error, StringComparison.Ordinal);
        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
        Assert.Contains("1 rejected", _cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suppress_Everybody_IsAnOptOutOfEverything()
    {
        Assert.Equal(1, await _cli.RunAsync("suppress", "show", "eva@example.com", "--everybody"));
        Assert.Equal(0, await _cli.RunAsync("suppress", "add", "eva@example.com", "--everybody"));
        Assert.Equal(0, await _cli.RunAsync("suppress", "show", "eva@example.com", "--everybody", "--json"));
        Assert.Equal("""{"tenant":null,"address":"eva@example.com","suppressed":true,"reason":"unsubscribed"}""", _cli.Lines[^1]);
        Assert.Equal(0, await _cli.RunAsync("suppress", "remove", "eva@example.com", "--everybody"));
        Assert.Equal(1, await _cli.RunAsync("suppress", "remove", "eva@example.com", "--everybody"));
    }

    [Theory]
    [InlineData("suppress add eva@example.com")]
    [InlineData("suppress add eva@example.com --everybody --tenant acme")]
    [InlineData("suppress add eva@example.com --everybody --days 3")]
    [InlineData("suppress show eva@example.com")]
    public async Task Suppress_ForNobodyOrBoth_IsWrongUsage(string line) => Assert.Equal(2, await _cli.RunAsync(line.Split(' ')));

    [Fact]
    public async Task Feedback_NothingGood_IsBadInput()
    {
        _cli.Input = "{}"u8.ToArray();

        Assert.Equal(2, await _cli.RunAsync("feedback", "-"));
    }
}
