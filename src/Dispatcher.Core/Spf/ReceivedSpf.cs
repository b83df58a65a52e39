namespace Dispatcher.Core.Spf;

/// <summary>The header field that says what an evaluation came to (RFC 7208 section 9.1). Pure.</summary>
public static class ReceivedSpf
{
    /// <param name="receiver">Host name of who checked.</param>
    /// <returns>One line without its end, in printable ASCII whatever the request holds.</returns>
    public static string Format(SpfVerdict verdict, SpfRequest request, string receiver)
    {
        var sender = request.MailFrom.Length > 0 ? request.MailFrom : $"postmaster@{request.Helo}";
        var text = $"Received-SPF: {SpfResultText.Of(verdict.Result)} ({Comment(verdict, request, receiver, sender)})"
            + $" receiver={Value(receiver)}; client-ip={Value(request.Address.ToString())}; envelope-from={Value(sender)};"
            + $" helo={Value(request.Helo)}; identity={(request.MailFrom.Length > 0 ? "mailfrom" : "helo")}";
        text += verdict.Mechanism is { } mechanism ? $"; mechanism={Value(mechanism)}" : "";
        return text + (verdict.Problem is { } problem ? $"; problem={Value(problem)}" : "");
    }

    private static string Comment(SpfVerdict verdict, SpfRequest request, string receiver, string sender)
    {
        var what = verdict.Result switch
        {
            SpfResult.Pass => $"designates {request.Address} as permitted sender",
            SpfResult.Fail => $"does not designate {request.Address} as permitted sender",
            SpfResult.SoftFail => $"discourages use of {request.Address}",
            SpfResult.Neutral => $"says nothing about {request.Address}",
            SpfResult.None => "has no SPF record",
            SpfResult.TempError => "could not be asked",
            _ => "has an SPF record with a mistake",
        };
        return Commented($"{receiver}: domain of {sender} {what}");
    }

    /// <summary>Parentheses and backslashes would end or bend the comment.</summary>
    private static string Commented(string text) => string.Concat(text.Select(c => c switch
    {
        '(' or ')' or '\\' => $"\\{c}",
        < ' ' or > '~' => "?",
        _ => c.ToString(),
    }));

    /// <summary>A dot-atom as it is, anything else quoted.</summary>
    private static string Value(string text)
    {
        const string atom = "!#$%&'*+-/=?^_`{|}~.";
        if (text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || atom.Contains(c)))
        {
            return text;
        }

        return $"\"{string.Concat(text.Select(c => c switch { '"' or '\\' => $"\\{c}", < ' ' or > '~' => "?", _ => c.ToString() }))}\"";
    }
}
