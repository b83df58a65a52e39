namespace Dispatcher.Core.Sending;

/// <summary>
/// The sender of invitations that have none of their own: <c>Smtp:From</c>, as <c>address</c> or <c>Name &lt;address&gt;</c>.
/// </summary>
public sealed class SenderDefaults
{
    /// <summary>Default <c>reviews@example.com</c>, which suits tests only.</summary>
    public string Email { get; set; } = "reviews@example.com";

    /// <summary>Null: the tenant's display name is shown alone.</summary>
    public string? Name { get; set; }

    /// <summary><c>Smtp:BounceDomain</c>: where bounces go. Null: to <see cref="Email"/>.</summary>
    public string? BounceDomain { get; set; }

    /// <summary><c>Smtp:VerpKeyFile</c>: see <see cref="VerpKeys"/>. Null: bounces go to <c>bounces@domain</c>.</summary>
    public string? VerpKeyFile { get; set; }

    /// <summary><c>Smtp:FeedbackId</c>: the last field of <c>Feedback-ID</c>. Empty: no such header.</summary>
    public string FeedbackId { get; set; } = "dispatcher";

    /// <summary>Takes the two apart; null leaves the defaults. A malformed address stops the host at start.</summary>
    public void Set(string? from)
    {
        if (string.IsNullOrWhiteSpace(from))
        {
            return;
        }

        var open = from.LastIndexOf('<');
        Email = open < 0 ? from.Trim() : from[(open + 1)..].Trim().TrimEnd('>').Trim();
        Name = open <= 0 || string.IsNullOrWhiteSpace(from[..open]) ? null : from[..open].Trim().Trim('"');
    }
}
