namespace Dispatcher.Core.Tenants;

/// <summary>What a tenant may add to its plan, as written in <see cref="TenantSettings.AddOns"/>. Plan unlimited includes all.</summary>
public static class AddOn
{
    public const string CustomTemplates = "customTemplates";
    public const string CustomSender = "customSender";
    public const string ProductReviews = "productReviews";

    /// <summary>Takes the plan's monthly limit away; a limit of the tenant's own stays.</summary>
    public const string Unlimited = "unlimited";

    public static IReadOnlyList<string> All { get; } = [CustomTemplates, CustomSender, ProductReviews, Unlimited];
}
