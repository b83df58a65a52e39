namespace Dispatcher.Smtp.Connections;

/// <summary>What one session has of its own; null: as in the settings.</summary>
/// <param name="Ehlo">Who we say we are.</param>
/// <param name="Tls">The name that SNI asks for.</param>
/// <param name="PlainText">Leave TLS out: it went wrong with this server, and the settings allow it.</param>
internal readonly record struct SessionNames(string? Ehlo, string? Tls, bool PlainText);
