using System.Globalization;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>The tenant's catalogue, where one was uploaded, must know every SKU. Looked up when sending starts; this says what that means.</summary>
public sealed class CatalogueCheck : SyncCheck
{
    public override string Name => "catalogue";

    public override CheckVerdict Check(CheckSubject subject) => subject.Facts.Marks.UnknownSku is > 0 and var number
        ? CheckVerdict.Drop(Status.SkuError, string.Create(CultureInfo.InvariantCulture, $"the SKU of product {number} is not in the tenant's catalogue"))
        : CheckVerdict.Pass;
}
