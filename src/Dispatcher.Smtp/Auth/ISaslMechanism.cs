namespace Dispatcher.Smtp.Auth;

/// <summary>The client's side of one SASL exchange (RFC 4422). Made for one login, used once.</summary>
internal interface ISaslMechanism
{
    /// <summary>As servers announce it, for example <c>SCRAM-SHA-256</c>.</summary>
    string Name { get; }

    /// <summary>What goes with the AUTH command itself; null: the server speaks first.</summary>
    byte[]? InitialResponse { get; }

    /// <summary>True when the server has done all that it must before its "235" may be believed.</summary>
    bool IsComplete { get; }

    /// <summary>Answers a challenge, or says why it cannot be answered.</summary>
    SaslStep Next(ReadOnlySpan<byte> challenge);
}
