namespace Dispatcher.Core.Spf;

/// <summary>The words of RFC 7208 section 2.6.</summary>
public static class SpfResultText
{
    public static string Of(SpfResult result) => result switch
    {
        SpfResult.None => "none",
        SpfResult.Neutral => "neutral",
        SpfResult.Pass => "pass",
        SpfResult.Fail => "fail",
        SpfResult.SoftFail => "softfail",
        SpfResult.TempError => "temperror",
        SpfResult.PermError => "permerror",
        _ => throw new ArgumentOutOfRangeException(nameof(result), result, "no result"),
    };
}
