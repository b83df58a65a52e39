namespace Dispatcher.Core.Sending;

/// <summary>The attempt that a bounce address stands for.</summary>
/// <param name="Lane">0 to 255.</param>
/// <param name="RecordKey">The 22 characters of <see cref="Invitations.RecordKey"/>.</param>
/// <param name="Attempt">From 1; above 65,535 it is written as that. The first that may have been taken: those behind it say the same address as
/// long as each was surely not taken.</param>
public readonly record struct VerpTarget(int Lane, string RecordKey, int Attempt);
