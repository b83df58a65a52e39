using Dispatcher.Core.Storage;
using Dispatcher.Smtp.Dkim;

namespace Dispatcher.Worker.Doctor;

/// <summary>What is wrong with the published record of a key that signs. Pure.</summary>
internal static class DkimFindings
{
    /// <summary>Nothing where DNS did not answer: see <see cref="Unknown"/>.</summary>
    /// <param name="key">One that can be read.</param>
    public static IEnumerable<Finding> Of(DkimKeyInfo key, DkimAnswer answer)
    {
        var (record, renew) = (key.Record!, $"dispatcher dkim new {key.Domain} SELECTOR, publish its record, dispatcher dkim use {key.Domain} SELECTOR");
        var (what, remedy) = answer.State switch
        {
            DkimState.Missing => ($"the key {key.Selector} of {key.Domain} signs and is not published: every signature fails", $"publish: {record.ZoneLine}"),
            DkimState.Different => ($"what is published at {record.Name} is not the key that signs: every signature fails", $"publish: {record.ZoneLine}"),
            DkimState.Revoked => (
                $"the key {key.Selector} of {key.Domain} signs and is revoked, as p= at {record.Name} is empty: every signature fails",
                $"sign with another key ({renew}), or if this one is still good publish: {record.ZoneLine}"),
            DkimState.Unusable => (
                $"verifiers do not use what is published at {record.Name}, as {string.Join(", and ", answer.Faults)}: signatures fail",
                $"publish: {record.ZoneLine}"),
            _ => (null, ""),
        };
        if (what is not null)
        {
            yield return new(FindingSeverity.Warning, "dkim-record", what, remedy);
        }

        if (answer.Records > 1)
        {
            yield return new(
                FindingSeverity.Warning, "dkim-several", $"{answer.Records} TXT records stand at {record.Name}: which one a verifier takes is not defined",
                $"leave this one alone there: {record.ZoneLine}");
        }

        if (answer.IsTesting && answer.State == DkimState.Published)
        {
            yield return new(
                FindingSeverity.Warning, "dkim-testing", $"the record at {record.Name} says t=y, which is for tests: verifiers may treat mail as if it were not signed",
                "take y out of t=, or t= out of the record");
        }
    }

    /// <summary>One finding for all, as it is one cause as a rule.</summary>
    /// <param name="keys">For which DNS did not answer; at least one.</param>
    public static Finding Unknown(IReadOnlyList<DkimKeyInfo> keys) => new(
        FindingSeverity.Info,
        "dns-unknown",
        $"DNS does not answer for {keys[0].Record!.Name}{(keys.Count > 1 ? $" (and {keys.Count - 1:N0} more)" : "")}",
        $"see that the name servers of {keys[0].Domain} answer{(keys.Count > 1 ? ", or Dns:Servers" : "")}");
}
