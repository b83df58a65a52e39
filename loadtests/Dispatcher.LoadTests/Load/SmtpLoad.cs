namespace Dispatcher.LoadTests.Load;

/// <summary>What is sent to a sink on loopback.</summary>
/// <param name="Messages">Of one round.</param>
/// <param name="Body">Bytes of content.</param>
internal sealed record SmtpLoad(int Port, int Connections, int Messages, int Body, bool Pipelining);
