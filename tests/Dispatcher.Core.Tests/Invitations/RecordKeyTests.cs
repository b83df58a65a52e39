using Dispatcher.Core.Invitations;

namespace Dispatcher.Core.Tests.Invitations;

public sealed class RecordKeyTests
{
    /// <summary>They stand in Redis: an opt-out of years ago must still be found.</summary>
    [Theory]
    [InlineData("eva@example.com", "L490dmpD2aPiMtVTUZbXMw")]
    [InlineData(" Eva@Example.com ", "L490dmpD2aPiMtVTUZbXMw")]
    [InlineData("jürgen@example.com", "4SspNSuJ73rdzuY0qqHGIw")]
    [InlineData("+46701234567", "bwSXa5nLB4bUmG0vLYdGSA")]
    public void OfRecipient_DomainInAscii_StaysAsItEverWas(string recipient, string expected) => Assert.Equal(expected, RecordKey.OfRecipient(recipient));

    [Theory]
    [InlineData("a@gmail.example", "a@ｇｍａｉｌ.example")]
    [InlineData("a@gmail.example", "A@gmail\u3002example")]
    [InlineData("a@xn--bcher-kva.example", "a@bücher.example")]
    [InlineData("a@xn--bcher-kva.example", " a@BÜCHER.example ")]
    public void OfRecipient_OtherFormOfTheDomain_IsTheSame(string one, string other) => Assert.Equal(RecordKey.OfRecipient(one), RecordKey.OfRecipient(other));

    /// <summary>Behind the @ forms of a letter are one; before it they are mailboxes of their own.</summary>
    [Fact]
    public void OfRecipient_OtherFormOfTheLocalPart_IsSomebodyElse() => Assert.NotEqual(RecordKey.OfRecipient("a@gmail.example"), RecordKey.OfRecipient("ａ@gmail.example"));
}
