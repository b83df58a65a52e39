using Dispatcher.Core.Json;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Invitations;

/// <summary>
/// Fills a draft from the members of the JSON: shape and size of each value. What needs two values is the draft's business.
/// </summary>
internal static class InvitationMembers
{
    private static readonly MemberNames Root = new(
        "id", "tenant", "type", "method", "channel", "recipient", "referenceNumber", "templateId", "locale", "sender", "replyTo",
        "landingPage", "sendAt", "createdAt", "reminder", "reminderOf", "products", "tags");

    private static readonly MemberNames Recipient = new("name", "email", "phone");
    private static readonly MemberNames Sender = new("name", "email");
    private static readonly MemberNames Reminder = new("after");
    private static readonly MemberNames ProductNames = new("sku", "name", "url", "imageUrl");

    public static void Read(ref MemberReader reader, InvitationDraft draft, ProblemList problems)
    {
        ulong seen = 0;
        while (reader.NextMember(Root, ref seen, "") is { } member)
        {
            switch (member)
            {
                case "id": draft.Id = reader.Text(member); break;
                case "tenant": draft.Tenant = reader.Text(member); break;
                case "type": draft.Type = reader.Code<InvitationType>(member); break;
                case "method": draft.Method = reader.Code<InvitationMethod>(member); break;
                case "channel": draft.Channel = reader.Code<Channel>(member); break;
                case "recipient": ReadRecipient(ref reader, draft); break;
                case "referenceNumber": draft.ReferenceNumber = reader.Text(member); break;
                case "templateId": draft.TemplateId = reader.Text(member); break;
                case "locale": draft.Locale = reader.Text(member); break;
                case "sender": ReadSender(ref reader, draft); break;
                case "replyTo": draft.ReplyTo = reader.Text(member); break;
                case "landingPage": draft.LandingPage = reader.Text(member); break;
                case "sendAt": draft.SendAt = reader.Moment(member); break;
                case "createdAt": draft.CreatedAt = reader.Moment(member); break;
                case "reminder": ReadReminder(ref reader, draft, problems); break;
                case "reminderOf": draft.ReminderOf = reader.Text(member); break;
                case "products": draft.Products = ReadProducts(ref reader, problems); break;
                case "tags": draft.Tags = ReadTags(ref reader, problems); break;
                default: reader.Skip(); break;
            }
        }
    }

    private static void ReadRecipient(ref MemberReader reader, InvitationDraft draft)
    {
        ulong seen = 0;
        var entered = reader.EnterObject("recipient");
        while (entered && reader.NextMember(Recipient, ref seen, "recipient.") is { } member)
        {
            switch (member)
            {
                case "name": draft.RecipientName = reader.Text("recipient.name"); break;
                case "email": draft.RecipientEmail = reader.Text("recipient.email"); break;
                default: draft.RecipientPhone = reader.Text("recipient.phone"); break;
            }
        }
    }

    private static void ReadSender(ref MemberReader reader, InvitationDraft draft)
    {
        ulong seen = 0;
        var entered = reader.EnterObject("sender");
        while (entered && reader.NextMember(Sender, ref seen, "sender.") is { } member)
        {
            if (member == "name")
            {
                draft.SenderName = reader.Text("sender.name");
            }
            else
            {
                draft.SenderEmail = reader.Text("sender.email");
            }
        }
    }

    private static void ReadReminder(ref MemberReader reader, InvitationDraft draft, ProblemList problems)
    {
        ulong seen = 0;
        var entered = reader.EnterObject("reminder");
        while (entered && reader.NextMember(Reminder, ref seen, "reminder.") is not null)
        {
            if (reader.Text("reminder.after") is not { } text)
            {
                continue;
            }

            if (IsoDuration.TryParse(text, out var after) && after > TimeSpan.Zero && after <= InvitationLimits.MaxAhead)
            {
                draft.ReminderAfter = after;
            }
            else
            {
                problems.Add("reminder.after", "must be an ISO 8601 duration above zero and up to 400 days, such as P7D");
            }
        }
    }

    private static List<Product> ReadProducts(ref MemberReader reader, ProblemList problems)
    {
        var products = new List<Product>();
        var entered = reader.EnterArray("products");
        while (entered && reader.NextObject("products"))
        {
            string? sku = null, name = null, url = null, imageUrl = null;
            var path = $"products[{products.Count}].";
            ulong seen = 0;
            while (reader.NextMember(ProductNames, ref seen, path) is { } member)
            {
                switch (member)
                {
                    case "sku": sku = reader.Text(path + member); break;
                    case "name": name = reader.Text(path + member); break;
                    case "url": url = reader.Text(path + member); break;
                    default: imageUrl = reader.Text(path + member); break;
                }
            }

            products.Add(new Product(sku ?? "", name, url, imageUrl));
        }

        if (products.Count > InvitationLimits.MaxProducts)
        {
            problems.Add("products", $"holds {products.Count}, at most {InvitationLimits.MaxProducts} are allowed");
        }

        return products;
    }

    private static List<string> ReadTags(ref MemberReader reader, ProblemList problems)
    {
        var tags = new List<string>();
        var entered = reader.EnterArray("tags");
        while (entered && reader.NextText("tags", out var tag))
        {
            if (TextLength.Exceeds(tag, InvitationLimits.MaxTagLength))
            {
                problems.Add($"tags[{tags.Count}]", $"is longer than {InvitationLimits.MaxTagLength} characters");
            }

            tags.Add(tag);
        }

        if (tags.Count > InvitationLimits.MaxTags)
        {
            problems.Add("tags", $"holds {tags.Count}, at most {InvitationLimits.MaxTags} are allowed");
        }

        return tags;
    }
}
