using Dispatcher.Smtp.Replies;

namespace Dispatcher.Smtp.Wire;

/// <summary>A reply, or why there is none.</summary>
internal readonly record struct WireRead(SmtpReply? Reply, WireFault Fault)
{
    public bool IsPositive => Reply is { IsPositive: true };
}
