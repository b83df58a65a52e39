namespace Dispatcher.Core.Invitations;

/// <summary>What the door accepts at most: contracts, section 2.</summary>
public static class InvitationLimits
{
    /// <summary>Bytes of JSON: 256 kB.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Levels of nesting.</summary>
    public const int MaxDepth = 16;

    /// <summary>Characters (Unicode scalar values) of the recipient's name.</summary>
    public const int MaxNameLength = 200;

    /// <summary>Characters (Unicode scalar values) of <c>templateId</c>: with the tags it stands in the state of the record, which every script
    /// reads, copies and writes. No folder's name has more than 255 octets.</summary>
    public const int MaxTemplateIdLength = 100;

    public const int MaxProducts = 50;

    public const int MaxTags = 20;

    /// <summary>Characters (Unicode scalar values) of one tag.</summary>
    public const int MaxTagLength = 50;

    /// <summary>How far ahead <c>sendAt</c> may lie, and how long after it a reminder may follow.</summary>
    public static TimeSpan MaxAhead { get; } = TimeSpan.FromDays(400);

    /// <summary>How far a producer's clock may be ahead of ours in <c>createdAt</c>.</summary>
    public static TimeSpan MaxClockSkew { get; } = TimeSpan.FromDays(1);
}
