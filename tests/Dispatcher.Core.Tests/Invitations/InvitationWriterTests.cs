using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace Dispatcher.Core.Tests.Invitations;

public sealed class InvitationWriterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Write_AnyInvitation_IsReadBackTheSame() => Prop.ForAll(Invitations(), invitation =>
    {
        var read = InvitationReader.Read(InvitationWriter.Write(invitation), new(null, null, Now));

        AssertSame(invitation, read.Invitation);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Create_FromBody_KeepsItAndHashesTheRest()
    {
        var body = """{"id":"1","tenant":"acme","recipient":{"email":" Eva@Example.com "},"sendAt":"2026-11-22T08:00:00Z"}"""u8.ToArray();
        var invitation = InvitationReader.Read(body, new(null, null, Now)).Invitation!;

        var created = NewInvitationFactory.Create(body, invitation, Now);

        Assert.Equal(RecordKey.OfBody(body), created.ContentHash);
        Assert.Equal(RecordKey.OfRecipient("eva@example.com"), created.RecipientHash);
        Assert.Null(created.SendAt);
    }

    /// <summary>A record's lists compare by reference, so they are compared apart.</summary>
    private static void AssertSame(Invitation written, Invitation? read)
    {
        Assert.NotNull(read);
        Assert.Equal(written.Products, read.Products);
        Assert.Equal(written.Tags, read.Tags);
        Assert.Equal(written, read with { Products = written.Products, Tags = written.Tags });
    }

    private static Arbitrary<Invitation> Invitations()
    {
        var text = ArbMap.Default.GeneratorFor<string>().Where(text => text is not null && text.Length <= 50 && text.All(c => !char.IsSurrogate(c)));
        var optional = Gen.OneOf(Gen.Constant<string?>(null), text.Select(value => (string?)value));
        var id = Gen.NonEmptyListOf(Gen.Elements("AZaz09._:-".ToCharArray())).Select(letters => new string([.. letters.Take(64)]));
        var product = text.SelectMany(sku => optional.Select(name => new Product(sku, name, "https://shop.example/p?a=1", null)));
        return (
            from key in id
            from type in Gen.Elements(Enum.GetValues<InvitationType>())
            from method in Gen.Elements(Enum.GetValues<InvitationMethod>())
            from channel in Gen.Elements(Enum.GetValues<Channel>())
            from name in optional
            from email in text
            from reference in optional
            from template in text.Where(value => value.Length > 0)
            from sender in optional
            from minutes in Gen.Choose(-100_000, 500_000)
            from after in Gen.Choose(1, 400 * 86_400)
            from products in Gen.ListOf(product, 3)
            from tags in Gen.ListOf(text, 3)
            select new Invitation
            {
                Tenant = "acme",
                Id = key,
                Type = type,
                Method = method,
                Channel = channel,
                RecipientName = name,
                RecipientEmail = email,
                RecipientPhone = email,
                ReferenceNumber = reference,
                TemplateId = template,
                SenderName = sender,
                SenderEmail = sender,
                ReplyTo = reference,
                SendAt = Now.AddMinutes(minutes),
                CreatedAt = minutes < 0 ? Now.AddSeconds(minutes) : null,
                ReminderOf = type == InvitationType.Reminder ? key : null,
                ReminderAfter = TimeSpan.FromSeconds(after),
                Products = [.. products],
                Tags = [.. tags],
            }).ToArbitrary();
    }
}
