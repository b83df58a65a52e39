using Dispatcher.Core.Spf;
using Dispatcher.Worker.Cli;
using Spectre.Console;

namespace Dispatcher.Worker.Spf;

/// <summary>One evaluation, told so that the owner of the domain knows what to do.</summary>
/// <param name="include">The domain whose record lists our addresses; null: none is set.</param>
internal sealed class SpfAnswer(ISpfEvaluator evaluator, CommandOutput output, string? include)
{
    public async Task<int> RunAsync(SpfRequest request, CancellationToken cancellationToken)
    {
        var verdict = await evaluator.CheckHostAsync(request, cancellationToken);
        var includeAt = include is not null && verdict.Record is not null
            ? await evaluator.FindIncludeAsync(verdict.Domain, include, cancellationToken)
            : null;
        var remedy = SpfRemedy.For(verdict, request.Address, include, includeAt);
        var header = ReceivedSpf.Format(verdict, request, Environment.MachineName);
        if (output.Json)
        {
            output.WriteJson(new
            {
                result = SpfResultText.Of(verdict.Result),
                verdict.Explanation,
                verdict.Domain,
                verdict.Record,
                verdict.Mechanism,
                verdict.DecidedBy,
                verdict.Problem,
                verdict.Lookups,
                verdict.VoidLookups,
                include,
                includeAt,
                remedy,
                receivedSpf = header,
            });
        }
        else
        {
            Write(verdict, includeAt, remedy, header);
        }

        return verdict.Result switch
        {
            SpfResult.Pass => ExitCode.Fine,
            SpfResult.TempError => ExitCode.Outside,
            _ => ExitCode.No,
        };
    }

    private void Write(SpfVerdict verdict, int? includeAt, string? remedy, string header)
    {
        var table = new Table().HideHeaders().AddColumns("", "");
        void Row(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                table.AddRow(new Text(name), new Text(Cell.Plain(value)));
            }
        }

        Row("result", SpfResultText.Of(verdict.Result));
        Row("domain", verdict.Domain);
        Row("record", verdict.Record ?? (verdict.Result == SpfResult.TempError ? "unknown" : "none"));
        Row("decided by", verdict.Mechanism is null ? "no term" : verdict.DecidedBy == verdict.Domain ? verdict.Mechanism : $"{verdict.Mechanism} in {verdict.DecidedBy}");
        Row("look-ups", $"{verdict.Lookups} of 10, {verdict.VoidLookups} of 2 without an answer");
        Row("problem", verdict.Problem);
        Row("explanation", verdict.Explanation);
        if (include is not null)
        {
            Row($"include:{include}", includeAt is null ? "not in the record" : $"look-up {includeAt} of 10{(includeAt > 10 ? ": never reached" : "")}");
        }

        Row("header", header);
        Row("remedy", remedy);
        output.Table(table);
    }
}
