using System.Globalization;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Checks;

/// <summary>The reference number must not be longer than <c>Checks:MaxReferenceLength</c>.</summary>
public sealed class ReferenceLengthCheck(int max) : SyncCheck
{
    public override string Name => "reference-length";

    public override CheckVerdict Check(CheckSubject subject) =>
        subject.Invitation.ReferenceNumber is { } reference && TextLength.Exceeds(reference, max)
            ? CheckVerdict.Drop(Status.ReferenceTooLong, string.Create(CultureInfo.InvariantCulture, $"the reference number is longer than {max} characters"))
            : CheckVerdict.Pass;
}
