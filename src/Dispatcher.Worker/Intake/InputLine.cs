namespace Dispatcher.Worker.Intake;

/// <summary>A line of a file or a request, without its line end.</summary>
/// <param name="Number">From 1, counting every line.</param>
/// <param name="Bytes">The content; empty when <paramref name="TooLong"/>.</param>
/// <param name="TooLong">The line was over the limit and was skipped without being kept.</param>
internal readonly record struct InputLine(long Number, ReadOnlyMemory<byte> Bytes, bool TooLong);
