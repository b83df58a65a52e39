namespace Dispatcher.Worker.Intake;

internal enum FileFormat
{
    /// <summary>By extension, else by the first byte.</summary>
    Auto = 0,
    Csv,
    Jsonl,
}
