using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Dispatcher.Worker.Cli;

/// <summary>Where a command writes: tables and lines for people, or one JSON object a line for programs.</summary>
internal sealed class CommandOutput
{
    /// <summary>Wide enough that a redirected table is never folded.</summary>
    private const int UnfoldedWidth = 1000;

    private readonly CliEnvironment _environment;

    public CommandOutput(CliEnvironment environment, bool json)
    {
        _environment = environment;
        Json = json;
        Screen = Console(environment.Out, environment.OutIsTerminal);
        ErrorScreen = Console(environment.Error, environment.ErrorIsTerminal);
    }

    public static JsonSerializerOptions JsonOptions { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>True: the caller wants JSON, and nothing else may go to standard output.</summary>
    public bool Json { get; }

    /// <summary>Standard output for tables. Everything from outside goes through <see cref="Markup.Escape"/> or <see cref="Text"/>.</summary>
    public IAnsiConsole Screen { get; }

    /// <summary>Standard error, for progress.</summary>
    public IAnsiConsole ErrorScreen { get; }

    public bool ErrorIsTerminal => _environment.ErrorIsTerminal;

    public bool OutIsTerminal => _environment.OutIsTerminal;

    /// <summary>One object, one line.</summary>
    public void WriteJson<T>(T value) => _environment.Out.WriteLine(JsonSerializer.Serialize(value, JsonOptions));

    /// <summary>Plain text, no markup.</summary>
    public void Line(string text) => _environment.Out.WriteLine(text);

    /// <summary>Plain text to standard error.</summary>
    public void ErrorLine(string text) => _environment.Error.WriteLine(text);

    public void Table(Table table) => Screen.Write(table.Border(TableBorder.Rounded));

    private IAnsiConsole Console(TextWriter writer, bool terminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal && !_environment.Colourless ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!terminal)
        {
            console.Profile.Width = UnfoldedWidth;
        }

        return console;
    }
}
