using System.Text;
using System.Text.Json.Nodes;
using Dispatcher.Core.Invitations;

namespace Dispatcher.Core.Tests.Invitations;

public sealed class InvitationReaderTests
{
    private const string Full = """
        {"id":"01JD","tenant":"acme","type":"service","method":"api","channel":"email",
         "recipient":{"name":"Eva Berg","email":"eva@example.com"},"referenceNumber":"order-4711",
         "templateId":"default","locale":"sv-SE","sender":{"name":"Acme","email":"reviews@acme.example"},
         "replyTo":"help@acme.example","landingPage":"se.example.com","sendAt":"2026-11-22T10:00:00Z",
         "reminder":{"after":"P7D"},"products":[{"sku":"A-1","name":"Toy car"}],"tags":["autumn"]}
        """;

    private const string Least = """{"id":"1","tenant":"acme","recipient":{"email":"eva@example.com"}}""";

    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Read_TheSpecificationsExample_FillsEveryMember()
    {
        var invitation = Read(Full).Invitation!;

        Assert.Equal(("01JD", "acme", "Eva Berg", "eva@example.com"), (invitation.Id, invitation.Tenant, invitation.RecipientName, invitation.RecipientEmail));
        Assert.Equal(("order-4711", "sv-SE", "Acme", "reviews@acme.example"), (invitation.ReferenceNumber, invitation.Locale, invitation.SenderName, invitation.SenderEmail));
        Assert.Equal(("help@acme.example", "se.example.com"), (invitation.ReplyTo, invitation.LandingPage));
        Assert.Equal(Now.AddHours(1), invitation.SendAt);
        Assert.Equal(TimeSpan.FromDays(7), invitation.ReminderAfter);
        Assert.Equal(new Product("A-1", "Toy car", null, null), Assert.Single(invitation.Products));
        Assert.Equal("autumn", Assert.Single(invitation.Tags));
    }

    [Fact]
    public void Read_OnlyWhatIsRequired_TakesTheDefaults()
    {
        var invitation = Read(Least).Invitation!;

        Assert.Equal((InvitationType.Service, InvitationMethod.Api, Channel.Email, "default"), (invitation.Type, invitation.Method, invitation.Channel, invitation.TemplateId));
        Assert.Null(invitation.SendAt);
    }

    [Theory]
    [InlineData("product", "default-product")]
    [InlineData("service", "default")]
    public void Read_NoTemplate_TakesTheOneOfTheType(string type, string template) =>
        Assert.Equal(template, Read(With("type", type)).Invitation!.TemplateId);

    [Theory]
    [InlineData("tenant", "Acme")]
    [InlineData("tenant", ".acme")]
    [InlineData("tenant", "")]
    [InlineData("id", "a b")]
    [InlineData("id", "")]
    [InlineData("type", "Service")]
    [InlineData("type", "survey")]
    [InlineData("channel", "push")]
    [InlineData("method", "feedbackMail")]
    [InlineData("locale", "sv SE")]
    [InlineData("landingPage", "se.example.com/x?y")]
    [InlineData("sendAt", "tomorrow")]
    [InlineData("sendAt", "2026-13-01T00:00:00Z")]
    [InlineData("sendAt", "2028-01-01T00:00:00Z")]
    [InlineData("createdAt", "2026-12-24T00:00:00Z")]
    [InlineData("reminderOf", "a b")]
    public void Read_MalformedMember_NamesItsPath(string member, string value) =>
        Assert.Contains(Read(With(member, value)).Problems, problem => problem.StartsWith(member + ": ", StringComparison.Ordinal));

    [Theory]
    [InlineData("""{"id":"1","tenant":"acme"}""", "recipient.email")]
    [InlineData("""{"id":"1","tenant":"acme","recipient":{"email":null}}""", "recipient.email")]
    [InlineData("""{"id":"1","tenant":"acme","channel":"sms","recipient":{"email":"a@example.com"}}""", "recipient.phone")]
    [InlineData("""{"id":"1","recipient":{"email":"a@example.com"}}""", "tenant")]
    [InlineData("""{"tenant":"acme","recipient":{"email":"a@example.com"}}""", "id")]
    [InlineData("""{"id":"1","tenant":"acme","recipient":"a@example.com"}""", "recipient")]
    [InlineData("""{"id":1,"tenant":"acme","recipient":{"email":"a@example.com"}}""", "id")]
    [InlineData("""{"id":"1","tenant":"acme","type":"reminder","recipient":{"email":"a@example.com"}}""", "reminderOf")]
    [InlineData("""{"id":"1","id":"1","tenant":"acme","recipient":{"email":"a@example.com"}}""", "id")]
    [InlineData("""{"id":"1","tenant":"acme","recipient":{"email":"a@example.com","email":"b@example.com"}}""", "recipient.email")]
    [InlineData("""{"id":"1","tenant":"acme","recipient":{"email":"a@example.com"},"reminder":{"after":"P1M"}}""", "reminder.after")]
    [InlineData("""{"id":"1","tenant":"acme","recipient":{"email":"a@example.com"},"reminder":{"after":"PT0S"}}""", "reminder.after")]
    [InlineData("""{"id":"1","tenant":"acme","recipient":{"email":"a@example.com"},"products":{}}""", "products")]
    [InlineData("""{"id":"1","tenant":"acme","recipient":{"email":"a@example.com"},"products":[1]}""", "products")]
    [InlineData("""{"id":"1","tenant":"acme","recipient":{"email":"a@example.com"},"products":[{"url":"javascript:alert(1)"}]}""", "products[0].url")]
    [InlineData("""{"id":"1","tenant":"acme","recipient":{"email":"a@example.com"},"tags":[["a"]]}""", "tags")]
    [InlineData("""{"id":"1","tenant":"acme","recipient":{"email":"a@example.com","name":"\ud800"}}""", "recipient.name")]
    [InlineData("""{"\ud800":1,"id":"1","tenant":"acme","recipient":{"email":"a@example.com"}}""", "(a member's name)")]
    [InlineData("""{"id":"1","tenant":"acme","recipient":{"email":"a@example.com","name\udc00":"Eva"}}""", "recipient.(a member's name)")]
    [InlineData("""{"id":"1","tenant":"acme","recipient":{"email":"a@example.com"},"sendAt":"\udc00\ud800"}""", "sendAt")]
    public void Read_ShapeThatIsNotAllowed_NamesItsPath(string json, string path)
    {
        var result = Read(json);

        Assert.Null(result.Invitation);
        Assert.Contains(result.Problems, problem => problem.StartsWith(path + ": ", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_SeveralMistakes_ReportsThemTogether()
    {
        var result = Read("""{"id":"a b","tenant":"A","type":"service","recipient":{}}""");

        Assert.Equal(3, result.Problems.Count);
    }

    [Fact]
    public void Read_EmptyAddress_IsAcceptedForACheckToEnd() =>
        Assert.Equal("", Read("""{"id":"1","tenant":"acme","recipient":{"email":""}}""").Invitation!.RecipientEmail);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("{} {}")]
    [InlineData("{\"id\":\"1\",}")]
    [InlineData("{/* no */}")]
    [InlineData("\uFEFF{}")]
    public void Read_NotOneObject_IsRefused(string json) => Assert.NotEmpty(Read(json).Problems);

    [Fact]
    public void Read_TrailingData_IsRefused() => Assert.NotEmpty(Read(Least + "x").Problems);

    [Fact]
    public void Read_InvalidUtf8_IsRefused()
    {
        var json = Encoding.UTF8.GetBytes(Least);
        json[Array.IndexOf(json, (byte)'v')] = 0xFF;

        Assert.Contains("UTF-8", Assert.Single(InvitationReader.Read(json, Context()).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UnknownMembers_AreIgnoredAtAnyShape() =>
        Assert.True(Read(Least[..^1] + ",\"x\":{\"y\":[1,{\"z\":null}]},\"w\":\"\\n\"}").Ok);

    [Fact]
    public void Read_HalfASurrogatePairInUnknownMember_IsRefused() => Assert.False(Read(Least[..^1] + ",\"x\":[\"\\udc00\"]}").Ok);

    [Theory]
    [InlineData(10, true)]
    [InlineData(20, false)]
    [InlineData(100_000, false)]
    public void Read_DeepNesting_IsBounded(int depth, bool accepted) =>
        Assert.Equal(accepted, Read(Least[..^1] + ",\"x\":" + new string('[', depth) + new string(']', depth) + "}").Ok);

    [Fact]
    public void Read_OverTheSizeLimit_IsRefusedWithoutReading() =>
        Assert.Contains("256 kB", Read(Least + new string(' ', InvitationLimits.MaxBytes)).Reason, StringComparison.Ordinal);

    [Fact]
    public void Read_TruncatedAnywhere_IsRefusedAndNeverThrows()
    {
        var json = Encoding.UTF8.GetBytes(Full.Trim());
        for (var length = 0; length < json.Length; length++)
        {
            Assert.NotEmpty(InvitationReader.Read(json.AsSpan(0, length), Context()).Problems);
        }
    }

    [Fact]
    public void Read_AnyByteChanged_NeverThrows()
    {
        var json = Encoding.UTF8.GetBytes(Full.Trim());
        for (var at = 0; at < json.Length; at++)
        {
            foreach (byte value in (byte[])[0, (byte)'"', (byte)'{', (byte)'\\', 0x80, 0xFF])
            {
                var changed = (byte[])json.Clone();
                changed[at] = value;
                Assert.NotNull(InvitationReader.Read(changed, Context()));
            }
        }
    }

    [Theory]
    [InlineData("name", 200, true)]
    [InlineData("name", 201, false)]
    public void Read_LengthOfName_IsBounded(string member, int length, bool accepted)
    {
        // Two UTF-16 units each: length is counted as people count.
        var name = string.Concat(Enumerable.Repeat("\U0001F600", length));

        Assert.Equal(accepted, Read($$$"""{"id":"1","tenant":"acme","recipient":{"email":"a@b.example","{{{member}}}":"{{{name}}}"}}""").Ok);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void Read_LengthOfTemplateId_IsBounded(int length, bool accepted)
    {
        var read = Read($"{Least[..^1]},\"templateId\":\"{string.Concat(Enumerable.Repeat("\U0001F600", length))}\"}}");

        Assert.Equal(accepted ? [] : ["templateId: is longer than 100 characters"], read.Problems);
    }

    /// <summary>It was taken in before there was the limit, and is sent as it would have been.</summary>
    [Fact]
    public void Read_StoredWithLongTemplateId_IsStillRead()
    {
        var template = new string('a', 101);
        var json = Encoding.UTF8.GetBytes($"{Least[..^1]},\"templateId\":\"{template}\"}}");

        Assert.Equal(template, InvitationReader.Read(json, Context() with { Now = null }).Invitation?.TemplateId);
    }

    [Theory]
    [InlineData("products", 50, "{}", true)]
    [InlineData("products", 51, "{}", false)]
    [InlineData("tags", 20, "\"a\"", true)]
    [InlineData("tags", 21, "\"a\"", false)]
    public void Read_LengthOfLists_IsBounded(string member, int count, string item, bool accepted) =>
        Assert.Equal(accepted, Read($"{Least[..^1]},\"{member}\":[{string.Join(',', Enumerable.Repeat(item, count))}]}}").Ok);

    [Fact]
    public void Read_TagTooLong_IsRefused() => Assert.Contains("tags[0]", Read($"{Least[..^1]},\"tags\":[\"{new string('a', 51)}\"]}}").Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("2026-11-22T10:00:00Z", 10)]
    [InlineData("2026-11-22T10:00:00+02:00", 8)]
    [InlineData("2026-11-22T10:00:00", 10)]
    public void Read_SendAt_IsTakenAsUtc(string sendAt, int hour)
    {
        var read = Read(With("sendAt", sendAt)).Invitation!.SendAt!.Value;

        Assert.Equal((hour, TimeSpan.Zero), (read.Hour, read.Offset));
    }

    /// <summary>A stored body was judged when it came; clocks differ, and time has passed.</summary>
    [Theory]
    [InlineData("sendAt", "2028-01-01T00:00:00Z")]
    [InlineData("createdAt", "2028-01-01T00:00:00Z")]
    public void Read_WithoutAPresent_JudgesNoTimes(string member, string value)
    {
        var json = Encoding.UTF8.GetBytes(With(member, value));

        Assert.False(InvitationReader.Read(json, Context()).Ok);
        Assert.True(InvitationReader.Read(json, Context() with { Now = null }).Ok);
    }

    [Theory]
    [InlineData("acme", true)]
    [InlineData("other", false)]
    public void Read_TenantInPathAndBody_MustAgree(string path, bool accepted) =>
        Assert.Equal(accepted, InvitationReader.Read(Encoding.UTF8.GetBytes(Least), new(path, null, Now)).Ok);

    [Fact]
    public void Read_NothingInBody_TakesTenantAndIdOfTheDoor()
    {
        var result = InvitationReader.Read("""{"recipient":{"email":"a@example.com"}}"""u8, new("acme", "x-1-0", Now));

        Assert.Equal(("acme", "x-1-0"), (result.Invitation!.Tenant, result.Invitation.Id));
    }

    [Fact]
    public void Read_MistakeInPersonalData_DoesNotQuoteIt() =>
        Assert.DoesNotContain("eva", Read("""{"id":"1","tenant":"acme","recipient":{"name":"eva" "email":1}}""").Reason, StringComparison.Ordinal);

    private static InvitationReadContext Context() => new(null, null, Now);

    private static InvitationReadResult Read(string json) => InvitationReader.Read(Encoding.UTF8.GetBytes(json), Context());

    private static string With(string member, string value)
    {
        var json = JsonNode.Parse(Least)!.AsObject();
        json[member] = value;
        return json.ToJsonString();
    }
}
