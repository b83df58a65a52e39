namespace Dispatcher.Simulators.Smtp;

/// <summary>One message that the simulator took for one recipient.</summary>
/// <param name="EnvelopeFrom">Reverse-path without brackets.</param>
/// <param name="EnvelopeTo">Forward-path without brackets.</param>
/// <param name="MessageId">The Message-ID field with its brackets; empty: there was none.</param>
/// <param name="Content">As sent, dots unstuffed; empty unless the simulator keeps content.</param>
/// <param name="Acknowledged">False: taken, and the reply to the final dot was withheld.</param>
public sealed record ReceivedMessage(
    string EnvelopeFrom, string EnvelopeTo, string MessageId, ReadOnlyMemory<byte> Content, bool Acknowledged);
