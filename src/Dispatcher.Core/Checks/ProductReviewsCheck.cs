using Dispatcher.Core.Invitations;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Checks;

/// <summary>A product invitation needs product reviews in the plan.</summary>
public sealed class ProductReviewsCheck : SyncCheck
{
    public override string Name => "product-reviews";

    public override CheckVerdict Check(CheckSubject subject) =>
        subject.Invitation.Type == InvitationType.Product && !subject.Tenant.Includes(AddOn.ProductReviews)
            ? CheckVerdict.Drop(Status.NoProductReviews, "the plan does not include product reviews")
            : CheckVerdict.Pass;
}
