using System.Text;
using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Replies;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp.Connections;

/// <summary>Makes outcomes of replies that accept a message: the same as <see cref="ReplyTable"/>, with next to no garbage.</summary>
/// <remarks>Most servers say the same each time, or the same with another queue number. One a connection; not thread-safe.</remarks>
internal sealed class AcceptedReply(string endpoint)
{
    private byte[] _line = [];
    private DeliveryOutcome _outcome;

    /// <summary>For the 2xx reply to a final dot that the wire has read last.</summary>
    public DeliveryOutcome Outcome(SmtpWire wire)
    {
        var line = wire.ReplyLine;
        if (!line.IsEmpty && line.SequenceEqual(_line))
        {
            return _outcome;
        }

        _outcome = IsPlain(line) ? OfPlain(line) : ReplyTable.Map(SmtpStage.Final, wire.TakeReply());
        _outcome = _outcome with { AcceptedBy = endpoint };
        _line = line.ToArray();
        return _outcome;
    }

    /// <summary>What <see cref="ReplyText.Clean"/> would leave as it is.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> line) =>
        line.Length is > 4 and <= ReplyText.MaxLength
        && !line.ContainsAnyExceptInRange((byte)' ', (byte)'~')
        && line.IndexOf("  "u8) < 0
        && line[^1] != ' ';

    private static DeliveryOutcome OfPlain(ReadOnlySpan<byte> line)
    {
        var text = Encoding.ASCII.GetString(line);
        return new DeliveryOutcome
        {
            Kind = OutcomeKind.Delivered,
            ReplyCode = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + (line[2] - '0'),
            EnhancedCode = line[4..].StartsWith("2.0.0 "u8) ? "2.0.0" : EnhancedCode.Split(text[4..]).Code,
            Text = text,
        };
    }
}
