namespace Dispatcher.Core.Replies;

/// <summary>Reads out of a line of a log or bounce what the server had been told.</summary>
internal static class ReplyLineStage
{
    private static readonly (string Text, ReplyStage Stage)[] Hints =
    [
        // Postfix
        ("in reply to RCPT TO", ReplyStage.Rcpt),
        ("in reply to MAIL FROM", ReplyStage.Mail),
        ("in reply to end of DATA", ReplyStage.Final),
        ("in reply to DATA", ReplyStage.Data),
        ("in reply to EHLO", ReplyStage.Hello),
        ("in reply to HELO", ReplyStage.Hello),
        ("in reply to STARTTLS", ReplyStage.Hello),
        ("in reply to AUTH", ReplyStage.Hello),
        ("refused to talk to me", ReplyStage.Greeting),
        ("while receiving the initial server greeting", ReplyStage.Greeting),

        // Exim
        ("after RCPT TO", ReplyStage.Rcpt),
        ("after pipelined RCPT TO", ReplyStage.Rcpt),
        ("after MAIL FROM", ReplyStage.Mail),
        ("after pipelined MAIL FROM", ReplyStage.Mail),
        ("after end of data", ReplyStage.Final),
        ("after pipelined end of data", ReplyStage.Final),
        ("after DATA", ReplyStage.Data),
        ("after pipelined DATA", ReplyStage.Data),
        ("after initial connection", ReplyStage.Greeting),
        ("after EHLO", ReplyStage.Hello),
        ("after HELO", ReplyStage.Hello),

        // Sendmail
        (">>> RCPT T", ReplyStage.Rcpt),
        (">>> MAIL F", ReplyStage.Mail),
        (">>> DATA", ReplyStage.Final),
        (">>> EHLO", ReplyStage.Hello),
        (">>> HELO", ReplyStage.Hello),
    ];

    public static ReplyStage Find(ReadOnlySpan<char> line)
    {
        // Most lines have none of these words, and three look-ups say so.
        if (!line.Contains("repl", StringComparison.OrdinalIgnoreCase) && !line.Contains("after ", StringComparison.OrdinalIgnoreCase)
            && !line.Contains(">>> ", StringComparison.Ordinal) && !line.Contains("talk to me", StringComparison.OrdinalIgnoreCase)
            && !line.Contains("initial server", StringComparison.OrdinalIgnoreCase))
        {
            return ReplyStage.Unknown;
        }

        foreach (var (text, stage) in Hints)
        {
            if (line.Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                return stage;
            }
        }

        return ReplyStage.Unknown;
    }
}
