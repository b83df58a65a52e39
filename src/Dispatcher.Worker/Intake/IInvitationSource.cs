namespace Dispatcher.Worker.Intake;

/// <summary>Invitations out of lines, one at a time. Read once, by one reader.</summary>
internal interface IInvitationSource
{
    IAsyncEnumerable<ReadInvitation> ReadAllAsync(CancellationToken cancellationToken);

    /// <summary>Bytes read so far, for progress.</summary>
    long BytesRead { get; }
}
