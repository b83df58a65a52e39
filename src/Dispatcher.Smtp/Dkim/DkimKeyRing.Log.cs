using Microsoft.Extensions.Logging;

namespace Dispatcher.Smtp.Dkim;

public sealed partial class DkimKeyRing
{
    [LoggerMessage(LogLevel.Information, "Mail of {Domain} is signed with selector {Selector}, {Bits} bits")]
    private partial void LogSigns(string domain, string selector, int bits);

    [LoggerMessage(LogLevel.Error, "DKIM key {File} can't be used: {Fault}; {Consequence}")]
    private partial void LogBad(string file, string fault, string consequence);

    [LoggerMessage(LogLevel.Warning, "DKIM key {File} has {Bits} bits only: receivers begin to distrust keys below 2048")]
    private partial void LogShort(string file, int bits);

    [LoggerMessage(LogLevel.Warning, "DKIM key {File} can be read or changed by other users of this machine: take that away (chmod 600)")]
    private partial void LogExposed(string file);

    [LoggerMessage(LogLevel.Error, "The folder of DKIM keys {Folder} can't be read: {Reason}; the keys that are known stay")]
    private partial void LogUnreadable(string folder, string reason);
}
