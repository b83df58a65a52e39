namespace Dispatcher.Smtp.Wire;

/// <summary>Writes the commands before the content: MAIL, RCPT, DATA with the parameters that a server takes.</summary>
internal static class EnvelopeWriter
{
    // RFC 3461 4.4 and 4.2: longer values must not be sent.
    private const int LongestEnvelopeId = 100;
    private const int LongestOriginalRecipient = 500;
    private const string Hexadecimal = "0123456789ABCDEF";

    public static void Reset(OutputBuffer output) => output.Add("RSET\r\n"u8);

    public static void Data(OutputBuffer output) => output.Add("DATA\r\n"u8);

    /// <param name="dsn">Ask for notifications as RFC 3461 has them: the server must know it.</param>
    public static void Mail(in Envelope envelope, in ServerCapabilities capabilities, bool dsn, OutputBuffer output)
    {
        output.Add("MAIL FROM:<"u8);
        output.Add(envelope.From);
        output.Add(">"u8);
        if (capabilities.Size)
        {
            output.Add(" SIZE="u8);
            output.Add(envelope.Content.Length);
        }

        output.Add(envelope.EightBit ? " BODY=8BITMIME"u8 : []);
        output.Add(envelope.NeedsUtf8 ? " SMTPUTF8"u8 : []);
        if (dsn)
        {
            // The header alone comes back: enough to know the message by, without its body.
            output.Add(" RET=HDRS"u8);
            if (XtextLength(envelope.Id) is > 0 and <= LongestEnvelopeId)
            {
                output.Add(" ENVID="u8);
                AddXtext(envelope.Id, output);
            }
        }

        output.Add("\r\n"u8);
    }

    public static void Rcpt(in Envelope envelope, bool dsn, OutputBuffer output)
    {
        output.Add("RCPT TO:<"u8);
        output.Add(envelope.To);
        output.Add(">"u8);
        if (dsn)
        {
            output.Add(" NOTIFY=FAILURE,DELAY"u8);
            if (XtextLength(envelope.To) is > 0 and <= LongestOriginalRecipient)
            {
                output.Add(" ORCPT=rfc822;"u8);
                AddXtext(envelope.To, output);
            }
        }

        output.Add("\r\n"u8);
    }

    /// <summary>Length as xtext (RFC 3461 4); 0: it cannot be written so.</summary>
    private static int XtextLength(string text)
    {
        var length = 0;
        foreach (var c in text)
        {
            if (c is < ' ' or > '~')
            {
                return 0;
            }

            length += IsXchar(c) ? 1 : 3;
        }

        return length;
    }

    private static void AddXtext(string text, OutputBuffer output)
    {
        var room = output.Room(3 * text.Length);
        var written = 0;
        foreach (var c in text)
        {
            if (IsXchar(c))
            {
                room[written++] = (byte)c;
                continue;
            }

            room[written++] = (byte)'+';
            room[written++] = (byte)Hexadecimal[c >> 4];
            room[written++] = (byte)Hexadecimal[c & 15];
        }

        output.Advance(written);
    }

    private static bool IsXchar(char c) => c is > ' ' and <= '~' and not ('+' or '=');
}
