using Dispatcher.Core.Invitations;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Checks;

/// <summary>
/// A product invitation must name its products, each with an SKU of its own that is well formed: 1 to 100 characters without control
/// characters. Whether the tenant's catalogue knows them is another check's question.
/// </summary>
public sealed class ProductSkuCheck : SyncCheck
{
    private const int MaxLength = 100;

    public override string Name => "product-sku";

    public override CheckVerdict Check(CheckSubject subject) =>
        subject.Invitation.Type == InvitationType.Product && FindFault(subject.Invitation.Products) is { } fault
            ? CheckVerdict.Drop(Status.SkuError, fault)
            : CheckVerdict.Pass;

    /// <returns>Null: it may be one.</returns>
    public static string? FaultOf(string? sku) => string.IsNullOrWhiteSpace(sku) || TextLength.Exceeds(sku, MaxLength) || !CleanText.IsHarmless(sku)
        ? "an SKU has 1 to 100 characters, and no control characters"
        : null;

    private static string? FindFault(IReadOnlyList<Product> products)
    {
        for (var index = 0; index < products.Count; index++)
        {
            var sku = products[index].Sku;
            if (FaultOf(sku) is not null)
            {
                return $"the SKU of product {index + 1} is missing or malformed";
            }

            for (var other = 0; other < index; other++)
            {
                if (products[other].Sku == sku)
                {
                    return $"products {other + 1} and {index + 1} have the same SKU";
                }
            }
        }

        return products.Count == 0 ? "the invitation names no product" : null;
    }
}
