using System.Globalization;
using Spectre.Console;

namespace Dispatcher.LoadTests.Results;

/// <summary>A report for people.</summary>
internal static class ReportTable
{
    private const int NeverFolded = 1000;

    public static void Write(Report report, TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = NeverFolded;
        if (report.Head is { } head)
        {
            var machine = head.Machine;
            output.WriteLine($"{report.Scenario}, commit {head.Commit}, {head.At}");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{machine.Cores} cores ({machine.Cpu}), {machine.MemoryGb:0.0} GB, Redis {machine.Redis ?? "not used"}, .NET {machine.Dotnet}, load average before the run {machine.LoadAverage:0.0}"));
            output.WriteLine(string.Join(", ", report.Settings.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value}"))));
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("figure", "case");
        table.AddColumn(new TableColumn("value").RightAligned()).AddColumns("unit", "target", "met");
        foreach (var figure in report.Figures)
        {
            var met = figure.Met switch { true => "yes", false => "no", _ => "" };
            table.AddRow(new[] { figure.Name, figure.Case, Number(figure.Value), figure.Unit, figure.Target?.ToString() ?? "", met }.Select(Markup.Escape).ToArray());
        }

        console.Write(table);
        foreach (var note in report.Notes)
        {
            output.WriteLine("note: " + note);
        }

        foreach (var check in report.Checks)
        {
            output.WriteLine($"{(check.Ok ? "holds" : "FAILS")}: {check.Name} ({check.Detail})");
        }
    }

    private static string Number(double value) =>
        value.ToString(Math.Abs(value) switch { >= 1000 => "#,0", >= 10 => "0.0", >= 1 => "0.00", _ => "0.####" }, CultureInfo.InvariantCulture);
}
