namespace Dispatcher.Core.Replies;

/// <summary>What a reply answers, as far as that is known: the same code means different things at different steps.</summary>
public enum ReplyStage
{
    /// <summary>Not said: a line of a log, a bounce.</summary>
    Unknown = 0,

    /// <summary>The banner of a new connection.</summary>
    Greeting,

    /// <summary>EHLO, HELO, STARTTLS, AUTH: what comes before the first message.</summary>
    Hello,

    Mail,
    Rcpt,
    Data,

    /// <summary>The reply to the final dot.</summary>
    Final,
}
