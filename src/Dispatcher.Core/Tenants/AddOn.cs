namespace Dispatcher.Core.Tenants;

/// <summary>What a tenant may add to its plan, as written in <see cref="TenantSettings.AddOns"/>. Plan unlimited includes all.</summary>
public static class AddOn
{
    public const string CustomTemplates = "customTemplates";
    public const string CustomSender = "customSender";
    public const string ProductReviews = "productReviews";

    public static IReadOnlyList<string> All { get; } = [CustomTemplates, CustomSender, ProductReviews];
}
