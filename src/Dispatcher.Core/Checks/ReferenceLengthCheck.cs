using System.Globalization;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Checks;

/// <summary>The reference number must not be longer than the tenant's <c>maxReferenceLength</c>, else <c>Checks:MaxReferenceLength</c>.</summary>
public sealed class ReferenceLengthCheck(int max) : SyncCheck
{
    public override string Name => "reference-length";

    public override CheckVerdict Check(CheckSubject subject)
    {
        var most = subject.Tenant.MaxReferenceLength ?? max;
        return subject.Invitation.ReferenceNumber is { } reference && TextLength.Exceeds(reference, most)
            ? CheckVerdict.Drop(Status.ReferenceTooLong, string.Create(CultureInfo.InvariantCulture, $"the reference number is longer than {most} characters"))
            : CheckVerdict.Pass;
    }
}
