using System.Collections.Immutable;

namespace Dispatcher.Core.Checks;

/// <summary>
/// The one order of checks: cheapest and most final first. A check earlier in the list hides what a later one would have said, so what no
/// change of settings can mend (the recipient) stands before what staff can mend (template, sender), and what costs a look-up stands last.
/// </summary>
public static class CheckOrder
{
    /// <summary>The types of the checks with the reason for each place. A check that is registered and not listed stops the host.</summary>
    public static ImmutableArray<Type> All { get; } =
    [
        typeof(TenantBlockedCheck),     // one flag, and nothing else matters when it is set
        typeof(RecipientAddressCheck),  // the rest may rely on a well-formed address
        typeof(BlockedDomainCheck),     // one look-up; our own rule outranks a public list
        typeof(TemporaryAddressCheck),  // up to a handful of look-ups
        typeof(SuppressionCheck),       // final for this recipient, whatever else is wrong: the wish not to be written to comes first
        typeof(OptedOutCheck),          // the same wish towards everybody
        typeof(SpamRiskCheck),          // the recipient's doing too, but a guess where the wishes are certain
        typeof(ReferenceLengthCheck),   // the invitation's own data, not mendable by settings
        typeof(ReferenceUseCheck),      // only of a reference that may be one; settings don't mend it either
        typeof(ReviewedTodayCheck),     // true for a day, so before what staff would mend in vain meanwhile
        typeof(FrequencyCheck),         // for longer, and mendable by settings from here on
        typeof(DoubleOptInCheck),       // the law's, before what the plan includes
        typeof(KickstartCheck),         // what the method may do, before what the invitation holds
        typeof(ReminderAllowedCheck),   // a flag
        typeof(ProductReviewsCheck),    // before the SKUs: without the plan they don't matter
        typeof(ProductSkuCheck),        // up to 50 short comparisons each
        typeof(CatalogueCheck),         // only SKUs that are well formed can be looked up
        typeof(TemplateExistsCheck),    // the next two need the template
        typeof(CustomTemplateCheck),    // before its content: a template that may not be used need not be right
        typeof(PlaceholdersCheck),      // decided when the template was parsed
        typeof(CustomSenderCheck),      // before the address: one that may not be used need not be right
        typeof(SenderAddressCheck),     // syntax only
        typeof(SenderNameCheck),        // looks at every character
        typeof(ReplyToCheck),           // syntax only
        typeof(MailDomainsCheck),       // may wait for DNS, so behind all that decides without; a domain that does not exist needs no SPF
        typeof(SpfCheck),               // may wait for DNS, so behind all that decides without; needs a sound address
        typeof(MonthlyLimitCheck),      // last: an invitation that fails for another reason uses up nothing
    ];

    /// <returns>The same checks in the order of <see cref="All"/>.</returns>
    /// <exception cref="InvalidOperationException">A check is not listed: its author forgot to choose its place.</exception>
    public static IReadOnlyList<ICheck> Sort(IEnumerable<ICheck> checks) => [.. checks.OrderBy(PlaceOf)];

    private static int PlaceOf(ICheck check) => All.IndexOf(check.GetType()) is >= 0 and var place
        ? place
        : throw new InvalidOperationException($"Check {check.Name} has no place in CheckOrder.All.");
}
