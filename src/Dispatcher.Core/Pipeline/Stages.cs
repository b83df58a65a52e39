namespace Dispatcher.Core.Pipeline;

/// <summary>Names of the stages in metrics.</summary>
public static class Stages
{
    public const string Intake = "intake";
    public const string Claim = "claim";
    public const string Check = "check";
    public const string Start = "start";
    public const string Send = "send";
    public const string Record = "record";
}
