using System.Buffers.Text;
using System.Text;

namespace Dispatcher.Simulators.Smtp;

/// <summary>The server's side of one AUTH command: takes its lines and gives replies, until the login is done or refused.</summary>
internal sealed class SimulatorAuth(SmtpSimulatorLogin login)
{
    private const string Refused = "535 5.7.8 User or password is wrong";
    private const string Malformed = "501 5.5.2 Malformed";

    private Func<string, string> _next = _ => Malformed;
    private string _userGiven = "";
    private SimulatorScram? _scram;

    /// <summary>True: further lines are answers to challenges.</summary>
    public bool IsOpen { get; private set; }

    public bool IsLoggedIn { get; private set; }

    /// <summary>Begins: <c>AUTH mechanism [initial response]</c>.</summary>
    public string Begin(string command)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var name = words.Length > 1 ? words[1].ToUpperInvariant() : "";
        if (!login.Mechanisms.Contains(name))
        {
            return "504 5.5.4 Unknown mechanism";
        }

        _next = name switch { "PLAIN" => Plain, "LOGIN" => LoginUser, _ => ScramFirst };
        return words.Length > 2 ? Step(words[2] == "=" ? "" : words[2])
            : Challenge(name == "LOGIN" ? "Username:" : "", _next);
    }

    /// <summary>Takes an answer to the last challenge.</summary>
    public string Step(string line)
    {
        IsOpen = false;
        return line == "*" ? "501 5.7.0 Cancelled"
            : Base64.IsValid(line) ? _next(Encoding.UTF8.GetString(Convert.FromBase64String(line)))
            : Malformed;
    }

    private string Plain(string answer)
    {
        var parts = answer.Split('\0');
        return parts.Length == 3 ? Judge(parts[1] == login.User && parts[2] == login.Password) : Malformed;
    }

    private string LoginUser(string answer)
    {
        _userGiven = answer;
        return Challenge("Password:", password => Judge(_userGiven == login.User && password == login.Password));
    }

    private string ScramFirst(string answer)
    {
        _scram = new SimulatorScram(login);
        return _scram.First(answer) is { } challenge ? Challenge(challenge, ScramProof) : Malformed;
    }

    private string ScramProof(string answer) =>
        _scram!.Verify(answer) is { } signature ? Challenge(signature, _ => Judge(true)) : Refused;

    private string Challenge(string text, Func<string, string> next)
    {
        IsOpen = true;
        _next = next;
        return "334 " + Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
    }

    private string Judge(bool right)
    {
        IsLoggedIn = right;
        return right ? "235 2.7.0 Welcome" : Refused;
    }
}
