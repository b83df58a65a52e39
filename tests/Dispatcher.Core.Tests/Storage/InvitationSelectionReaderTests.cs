using System.Text.Json;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Json;
using Dispatcher.Core.Storage;

namespace Dispatcher.Core.Tests.Storage;

public sealed class InvitationSelectionReaderTests
{
    [Fact]
    public void Read_Ids_AreTakenOnce() => Assert.Equal(["1", "2"], Read("""{"ids":["1","2","1"]}""").Items[0].Ids!);

    [Fact]
    public void Read_All_IsEverythingOfTheTenant() =>
        Assert.Equal(new InvitationSelection(null, new InvitationFilter { Tenant = "acme" }), Read("""{"all":true}""").Items[0]);

    [Fact]
    public void Read_Filter_FillsEveryMember() => Assert.Equal(
        new InvitationFilter
        {
            Tenant = "acme",
            Type = InvitationType.Product,
            TemplateId = "t",
            Tag = "Tag",
            RecipientDomain = "example.com",
            CreatedFrom = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero),
            CreatedBefore = new(2026, 11, 21, 8, 30, 0, TimeSpan.Zero),
        },
        Read("""
            {"filter":{"type":"product","templateId":"t","tag":"Tag","recipientDomain":"Example.com","createdFrom":"2026-11-20",
             "createdBefore":"2026-11-21T10:30:00+02:00"}}
            """).Items[0].Filter);

    [Theory]
    [InlineData("[]", "must be an object")]
    [InlineData("5", "must be an object")]
    [InlineData("{}", "needs one of ids, filter and all")]
    [InlineData("""{"ids":["1"],"all":true}""", "needs one of ids, filter and all")]
    [InlineData("""{"filter":{"tag":"x"},"all":true}""", "needs one of ids, filter and all")]
    [InlineData("""{"all":false}""", "all: must be true")]
    [InlineData("""{"all":"yes"}""", "all: must be true or false")]
    [InlineData("""{"ids":[]}""", "ids: must be a list of 1 to 1000 ids")]
    [InlineData("""{"ids":["a/b"]}""", "ids: must be a list of 1 to 1000 ids")]
    [InlineData("""{"ids":[1]}""", "ids: must be a list of 1 to 1000 ids")]
    [InlineData("""{"ids":"1"}""", "ids: must be a list")]
    [InlineData("""{"id":["1"]}""", "id: is not known; did you mean ids?")]
    [InlineData("""{"filter":{}}""", "filter: needs a member at least")]
    [InlineData("""{"filter":{"tag":null}}""", "filter: needs a member at least")]
    [InlineData("""{"filter":[]}""", "filter: must hold keys")]
    [InlineData("""{"filter":{"tags":"x"}}""", "filter.tags: is not known; did you mean tag?")]
    [InlineData("""{"filter":{"tenant":"beta"}}""", "filter.tenant: is not known")]
    [InlineData("""{"filter":{"type":"letter"}}""", "filter.type: must be one of service, product, reminder")]
    [InlineData("""{"filter":{"tag":""}}""", "filter.tag: must not be empty")]
    [InlineData("""{"filter":{"recipientDomain":"@example.com"}}""", "filter.recipientDomain: ")]
    [InlineData("""{"filter":{"createdFrom":"soon"}}""", "filter.createdFrom: must be an ISO 8601")]
    [InlineData("""{"filter":{"createdFrom":5}}""", "filter.createdFrom: ")]
    [InlineData("""{"filter":{"createdFrom":"2026-01-02","createdBefore":"2026-01-01"}}""", "filter.createdFrom: must lie before")]
    [InlineData("""{"filter":{"tag":"\ud800"}}""", "filter.tag: ")]
    [InlineData("""{"\ud800":true}""", "holds half of a surrogate pair")]
    [InlineData("""{"filter":{"\ud800":true}}""", "holds half of a surrogate pair")]
    [InlineData("""{"all":true,"all":true}""", "a member stands twice")]
    public void Read_Mistake_NamesItsPath(string json, string expected)
    {
        var result = Read(json);

        Assert.Empty(result.Items);
        Assert.Contains(result.Problems, problem => problem.StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Read_SeveralMistakes_ReportsThemTogether() => Assert.Equal(
        4, Read("""{"filter":{"type":"x","createdFrom":"y","recipientDomain":"z"},"force":true}""").Problems.Count);

    private static ReadResult<InvitationSelection> Read(string json) =>
        InvitationSelectionReader.Read(JsonDocument.Parse(json).RootElement, "acme");
}
