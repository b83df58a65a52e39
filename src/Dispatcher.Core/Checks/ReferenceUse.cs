namespace Dispatcher.Core.Checks;

/// <summary>Who else has an invitation's reference number.</summary>
public enum ReferenceUse
{
    /// <summary>Nobody; or it has none.</summary>
    Free = 0,

    /// <summary>An invitation to this same recipient was accepted with it before.</summary>
    SameRecipient,

    /// <summary>One to another recipient was.</summary>
    OtherRecipient,
}
