using System.Globalization;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>The plan's monthly limit. What has paid is in the count, and passes. Advisory: the count is tested again when sending starts.</summary>
public sealed class MonthlyLimitCheck : SyncCheck
{
    public override string Name => "monthly-limit";

    public override CheckVerdict Check(CheckSubject subject) =>
        subject.Tenant.EffectiveMonthlyLimit is { } limit && subject.Facts.SentThisMonth >= limit && !subject.Facts.Marks.Paid
            ? CheckVerdict.Drop(Status.LimitReached, string.Create(CultureInfo.InvariantCulture, $"the limit of {limit} a month is used up"))
            : CheckVerdict.Pass;
}
