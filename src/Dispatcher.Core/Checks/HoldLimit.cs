using System.Globalization;

namespace Dispatcher.Core.Checks;

/// <summary>
/// Gives an end to invitations that can't be decided: one that is as old as <c>Retry:MaxAge</c> is held no more, and gets the status that its check
/// names for that. Pure; safe for concurrent calls.
/// </summary>
/// <param name="maxAge"><c>Retry:MaxAge</c>, for tenants that have none of their own.</param>
public sealed class HoldLimit(TimeSpan maxAge)
{
    /// <summary>
    /// How long what hinders the decision must have lasted, or the whole age where that is shorter. Old are also invitations whose tenant was
    /// paused, or whose month was over: they must not end because DNS fails in the moment that they are looked at.
    /// </summary>
    public static readonly TimeSpan LeastTrouble = TimeSpan.FromHours(1);

    /// <returns>What it was given, or the end.</returns>
    public CheckVerdict Apply(CheckVerdict verdict, CheckSubject subject)
    {
        if (verdict is not { EndsAs: not Statuses.Status.Unset, Since: { } since } || DueAt(subject) is not { } due)
        {
            return verdict;
        }

        var most = subject.Tenant.Retry?.MaxAge ?? maxAge;
        var lasted = subject.Facts.Now - since;
        return subject.Facts.Now - due < most || lasted < (most < LeastTrouble ? most : LeastTrouble)
            ? verdict
            : CheckVerdict.Drop(verdict.EndsAs, $"given up, for there was no answer for {Text(lasted)}: {verdict.Detail}");
    }

    /// <summary>When it could have gone first. Null: nobody knows.</summary>
    private static DateTimeOffset? DueAt(CheckSubject subject)
    {
        var (stored, sendAt) = (subject.Facts.Marks.StoredAt ?? subject.Invitation.CreatedAt, subject.Invitation.SendAt);
        return stored is null || sendAt > stored ? sendAt : stored;
    }

    private static string Text(TimeSpan span) => span switch
    {
        { TotalDays: >= 2 } => Count(span.TotalDays, "days"),
        { TotalHours: >= 2 } => Count(span.TotalHours, "hours"),
        { TotalMinutes: >= 2 } => Count(span.TotalMinutes, "minutes"),
        _ => Count(span.TotalSeconds, "seconds"),
    };

    private static string Count(double number, string unit) => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(number):0} {unit}");
}
