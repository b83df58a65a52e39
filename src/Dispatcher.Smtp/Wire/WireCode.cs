namespace Dispatcher.Smtp.Wire;

/// <summary>A reply's code (200 to 599), or why there is none.</summary>
internal readonly record struct WireCode(int Code, WireFault Fault)
{
    /// <summary>2xx.</summary>
    public bool IsPositive => Code is >= 200 and < 300;

    /// <summary>The server ended the connection, or says that it is about to (RFC 5321 3.8).</summary>
    public bool IsGone => Fault == WireFault.Closed || Code == 421;
}
