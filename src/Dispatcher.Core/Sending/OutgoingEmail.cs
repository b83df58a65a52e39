namespace Dispatcher.Core.Sending;

/// <summary>A message ready for the wire.</summary>
public sealed record OutgoingEmail
{
    /// <summary>RFC 5321 reverse-path, without angle brackets; empty is the null sender.</summary>
    public required string EnvelopeFrom { get; init; }

    /// <summary>RFC 5321 forward-path, without angle brackets.</summary>
    public required string EnvelopeTo { get; init; }

    /// <summary>RFC 5322 content with CRLF line ends and no bare CR or LF, not dot-stuffed, ending in CRLF.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>Without angle brackets; the same in every attempt.</summary>
    public required string MessageId { get; init; }

    /// <summary>Whose message it is. Empty: nobody said; only the default route takes it.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>Domain of the From address, in A-labels.</summary>
    public string SenderDomain { get; init; } = "";

    /// <summary>The invitation's.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What follows the @ of <see cref="EnvelopeTo"/>: a domain, or an address literal in brackets.</summary>
    public string RecipientDomain => EnvelopeTo[(EnvelopeTo.LastIndexOf('@') + 1)..];

    /// <summary>Asked right before the final dot is written.</summary>
    public required ISendPermit Permit { get; init; }
}

/// <summary>Tells whether this process may still finish a message that it started.</summary>
public interface ISendPermit
{
    /// <summary>
    /// True while the lease was confirmed recently enough that no other worker can have judged the attempt.
    /// When false, the final dot must not be written and the outcome is <see cref="OutcomeKind.Interrupted"/>.
    /// </summary>
    bool MayFinish { get; }
}
