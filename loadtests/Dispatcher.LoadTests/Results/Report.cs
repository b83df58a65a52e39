using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Dispatcher.LoadTests.Results;

/// <summary>What a run found: a head (commit, machine, settings, command), then figures and checks, each a line of JSON.</summary>
internal sealed class Report(string scenario, TextWriter? json)
{
    private static readonly JsonSerializerOptions Style = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<string> _lines = [];
    private readonly List<Figure> _figures = [];
    private readonly List<Check> _checks = [];
    private readonly List<string> _notes = [];

    public string Scenario => scenario;

    public IReadOnlyList<string> Lines => _lines;

    public IReadOnlyList<Figure> Figures => _figures;

    public IReadOnlyList<Check> Checks => _checks;

    public IReadOnlyList<string> Notes => _notes;

    public Provenance? Head { get; private set; }

    public IReadOnlyDictionary<string, object> Settings { get; private set; } = new Dictionary<string, object>();

    public bool Failed => _checks.Exists(c => !c.Ok);

    public void Begin(Provenance head, IReadOnlyDictionary<string, object> settings)
    {
        (Head, Settings) = (head, settings);
        Write(new { kind = "run", scenario, head.At, head.Commit, head.Machine, head.Command, settings });
    }

    public void Add(string name, double value, string unit, string @case = "", Target? target = null)
    {
        var figure = new Figure(name, @case, value, unit, target);
        _figures.Add(figure);
        Write(new
        {
            kind = "figure",
            scenario,
            name,
            @case,
            value = double.IsFinite(value) ? Math.Round(value, 6) : (double?)null,
            unit,
            target = target?.ToString(),
            figure.Met,
        });
    }

    public void Check(string name, bool ok, FormattableString detail)
    {
        var text = detail.ToString(CultureInfo.InvariantCulture);
        _checks.Add(new Check(name, ok, text));
        Write(new { kind = "check", scenario, name, ok, detail = text });
    }

    /// <summary>What a reader must know to read the figures rightly.</summary>
    public void Note(string text)
    {
        _notes.Add(text);
        Write(new { kind = "note", scenario, text });
    }

    private void Write<T>(T value)
    {
        var line = JsonSerializer.Serialize(value, Style);
        _lines.Add(line);
        json?.WriteLine(line);
    }
}
