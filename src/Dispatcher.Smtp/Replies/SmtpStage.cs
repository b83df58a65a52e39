namespace Dispatcher.Smtp.Replies;

/// <summary>What a reply answers: the same code means different things at different steps.</summary>
public enum SmtpStage
{
    Greeting = 0,
    Hello,
    Mail,
    Rcpt,
    Data,

    /// <summary>The reply to the final dot.</summary>
    Final,
}
