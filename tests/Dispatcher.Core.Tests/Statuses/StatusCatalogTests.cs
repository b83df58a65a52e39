using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Tests.Statuses;

public sealed class StatusCatalogTests
{
    /// <summary>The specification's list, section 2, in its order.</summary>
    private const string Codes = """
        queued sending delivered delivered-unsubscribed delivered-spam internal-error no-custom-template missing-placeholder
        placeholder-error no-template custom-sender-not-allowed spf-error invalid-sender-address invalid-sender-name invalid-reply-to
        reminders-disabled frequency-capped limit-reached kickstart-expired kickstart-used-up sku-error cancelled already-invited
        duplicate-reference reviewed-today scheduled-for-later already-unsubscribed no-product-reviews blocked double-opt-in-required
        reference-too-long invalid-recipient blocked-domain temporary-address spam-risk recipient-server-problem rejected
        """;

    [Fact]
    public void All_Codes_AreThoseOfTheSpecification()
    {
        Assert.Equal(37, StatusCatalog.All.Count);
        Assert.Equal(Codes.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries), StatusCatalog.All.Select(info => info.Code));
    }

    [Fact]
    public void TryParse_EachCode_GivesItsStatusBack()
    {
        foreach (var info in StatusCatalog.All)
        {
            Assert.True(StatusCatalog.TryParse(info.Code, out var status));
            Assert.Equal(info.Status, status);
            Assert.Equal(info.Code, StatusCatalog.Code(status));
        }
    }

    [Theory]
    [InlineData("unset")]
    [InlineData("Queued")]
    [InlineData("")]
    [InlineData("limitReached")]
    public void TryParse_NoCode_Fails(string code) => Assert.False(StatusCatalog.TryParse(code, out _));

    [Fact]
    public void Get_Unset_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => StatusCatalog.Get(Status.Unset));

    [Fact]
    public void Text_EachStatus_HasOneLineOfEach()
    {
        foreach (var text in StatusCatalog.All.Select(info => StatusCatalog.Text(info.Status)))
        {
            Assert.All([text.Title, text.Cause, text.Remedy], line => Assert.False(string.IsNullOrWhiteSpace(line) || line.Contains('\n', StringComparison.Ordinal)));
        }

        Assert.Equal(37, StatusCatalog.All.Select(info => StatusCatalog.Text(info.Status).Title).Distinct().Count());
    }

    [Fact]
    public void Text_LanguageWithoutTexts_IsEnglish() => Assert.Equal(StatusCatalog.Text(Status.Queued), StatusCatalog.Text(Status.Queued, "xx-YY"));

    [Fact]
    public void Languages_Embedded_IncludeEnglish() => Assert.Contains("en", StatusTexts.Languages);

    [Fact]
    public void IsFinal_OnTheWay_IsFalse() => Assert.Equal(
        [Status.Queued, Status.Sending, Status.ScheduledForLater],
        StatusCatalog.All.Where(info => !info.IsFinal).Select(info => info.Status));

    /// <summary>design.md, section 6.</summary>
    [Theory]
    [InlineData(Status.Sending, Status.Delivered)]
    [InlineData(Status.InternalError, Status.Delivered)]
    [InlineData(Status.Delivered, Status.Rejected)]
    [InlineData(Status.Delivered, Status.InvalidRecipient)]
    [InlineData(Status.RecipientServerProblem, Status.DeliveredUnsubscribed)]
    [InlineData(Status.DeliveredUnsubscribed, Status.DeliveredSpam)]
    [InlineData(Status.DeliveredSpam, Status.Cancelled)]
    public void Rank_LaterEvent_IsHigher(Status lower, Status higher) =>
        Assert.True(StatusCatalog.Get(lower).Rank < StatusCatalog.Get(higher).Rank);

    [Theory]
    [InlineData(Status.Rejected, Status.InvalidRecipient)]
    [InlineData(Status.Rejected, Status.RecipientServerProblem)]
    public void Rank_KindsOfBounce_AreEqual(Status one, Status other) =>
        Assert.Equal(StatusCatalog.Get(one).Rank, StatusCatalog.Get(other).Rank);
}
