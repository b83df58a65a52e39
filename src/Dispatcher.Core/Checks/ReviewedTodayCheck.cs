using System.Globalization;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>Who left a review of the tenant in the last 24 hours need not be asked for one.</summary>
public sealed class ReviewedTodayCheck : SyncCheck
{
    public override string Name => "reviewed-today";

    public override CheckVerdict Check(CheckSubject subject) => subject.Facts.Marks.ReviewedAt is { } at
        ? CheckVerdict.Drop(Status.ReviewedToday, string.Create(CultureInfo.InvariantCulture, $"the recipient left a review at {at:yyyy-MM-dd HH:mm} UTC"))
        : CheckVerdict.Pass;
}
