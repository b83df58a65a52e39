using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Dispatcher.Redis;

/// <summary>
/// This process' name in Redis: what holds records and reads the door. Different for each start, whatever name was given: one that came again under
/// the same name would keep alive what the one before had held, and nobody would count that as a crash.
/// </summary>
public sealed class WorkerName(IOptions<QueueOptions> options)
{
    public string Value { get; } =
        $"{(options.Value.WorkerName is { Length: > 0 } given ? given : $"{Host()}-{Environment.ProcessId}")}-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";

    private static string Host() => string.Concat(Environment.MachineName.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.'));
}
