namespace Dispatcher.Smtp.Mime;

/// <summary>A piece of a body in its order: a literal that was prepared, or a value.</summary>
/// <param name="Run">Null: it is a value.</param>
/// <param name="Value">Where the value lies among the values.</param>
internal readonly record struct BodyPiece(PreparedRun? Run, Range Value);
