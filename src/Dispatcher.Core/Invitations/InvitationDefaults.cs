namespace Dispatcher.Core.Invitations;

/// <summary>What stands for members that a producer left out: contracts, section 2.</summary>
public static class InvitationDefaults
{
    public const InvitationType Type = InvitationType.Service;

    public const InvitationMethod Method = InvitationMethod.Api;

    public const Channel Channel = Invitations.Channel.Email;

    /// <summary>
    /// The template that ships for the type. A service template lacks what a product invitation needs, so one default for all would
    /// end every product invitation without a <c>templateId</c> as <c>missing-placeholder</c>.
    /// </summary>
    public static string TemplateId(InvitationType type) => type switch
    {
        InvitationType.Product => "default-product",
        InvitationType.Reminder => "default-reminder",
        _ => "default",
    };
}
