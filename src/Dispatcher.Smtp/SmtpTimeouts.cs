using System.ComponentModel.DataAnnotations;

namespace Dispatcher.Smtp;

/// <summary>Section <c>Smtp:Timeouts</c>: how long each step may take, by RFC 5321 4.5.3.2. Each 0.1 s to 1 h.</summary>
public sealed class SmtpTimeouts
{
    private const string Least = "00:00:00.100";
    private const string Most = "01:00:00";
    private const string Rule = " must be a time from 00:00:00.100 to 01:00:00, for example 00:05:00.";

    /// <summary>TCP connection including name look-up and its short repeats. Default 30 s.</summary>
    [Range(typeof(TimeSpan), Least, Most, ErrorMessage = "Smtp:Timeouts:Connect" + Rule)]
    public TimeSpan Connect { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Default 5 min.</summary>
    [Range(typeof(TimeSpan), Least, Most, ErrorMessage = "Smtp:Timeouts:Greeting" + Rule)]
    public TimeSpan Greeting { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The TLS handshake. Default 1 min.</summary>
    [Range(typeof(TimeSpan), Least, Most, ErrorMessage = "Smtp:Timeouts:TlsHandshake" + Rule)]
    public TimeSpan TlsHandshake { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>EHLO, HELO, STARTTLS, AUTH, MAIL, RCPT and RSET. Default 5 min.</summary>
    [Range(typeof(TimeSpan), Least, Most, ErrorMessage = "Smtp:Timeouts:Command" + Rule)]
    public TimeSpan Command { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The reply 354 to DATA. Default 2 min.</summary>
    [Range(typeof(TimeSpan), Least, Most, ErrorMessage = "Smtp:Timeouts:Data" + Rule)]
    public TimeSpan Data { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Writing one block of content. Default 3 min.</summary>
    [Range(typeof(TimeSpan), Least, Most, ErrorMessage = "Smtp:Timeouts:DataBlock" + Rule)]
    public TimeSpan DataBlock { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>The reply to the final dot. Default 10 min: giving up earlier makes duplicates (RFC 5321 4.5.3.2.6).</summary>
    [Range(typeof(TimeSpan), Least, Most, ErrorMessage = "Smtp:Timeouts:FinalReply" + Rule)]
    public TimeSpan FinalReply { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>QUIT and its reply: nothing depends on it. Default 2 s.</summary>
    [Range(typeof(TimeSpan), Least, Most, ErrorMessage = "Smtp:Timeouts:Quit" + Rule)]
    public TimeSpan Quit { get; set; } = TimeSpan.FromSeconds(2);
}
