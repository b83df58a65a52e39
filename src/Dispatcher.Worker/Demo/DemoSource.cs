using System.Runtime.CompilerServices;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Intake;

namespace Dispatcher.Worker.Demo;

/// <summary>
/// Makes the sample's invitations those of one run: its name stands before each id and reference number, so that the next run on the
/// same Redis adds new ones. Rows tagged <c>later</c> are put 30 days ahead.
/// </summary>
internal sealed class DemoSource(IInvitationSource samples, string run, TimeProvider time) : IInvitationSource
{
    public const string LaterTag = "later";

    private static readonly TimeSpan LaterBy = TimeSpan.FromDays(30);

    private readonly List<(string Tenant, string Id)> _all = [];
    private readonly List<(string Tenant, string Id)> _later = [];

    public long BytesRead => samples.BytesRead;

    /// <summary>Every invitation that was read so far.</summary>
    public IReadOnlyList<(string Tenant, string Id)> All => _all;

    /// <summary>Those put ahead.</summary>
    public IReadOnlyList<(string Tenant, string Id)> Later => _later;

    public async IAsyncEnumerable<ReadInvitation> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var read in samples.ReadAllAsync(cancellationToken))
        {
            yield return read.Invitation is null ? read : read with { Invitation = OfRun(read.Invitation) };
        }
    }

    private NewInvitation OfRun(NewInvitation sample)
    {
        var now = time.GetUtcNow();
        var invitation = InvitationReader.Read(sample.Body.Span, new(sample.Tenant, sample.Id, now)).Invitation!;
        var later = invitation.Tags.Contains(LaterTag);
        invitation = invitation with
        {
            Id = $"{run}-{invitation.Id}",
            ReferenceNumber = invitation.ReferenceNumber is { } reference ? $"{run}-{reference}" : null,
            SendAt = later ? now + LaterBy : invitation.SendAt,
        };
        _all.Add((invitation.Tenant, invitation.Id));
        if (later)
        {
            _later.Add((invitation.Tenant, invitation.Id));
        }

        return NewInvitationFactory.Create(InvitationWriter.Write(invitation), invitation, now);
    }
}
