using System.IO.Pipelines;
using System.Threading.Channels;
using Dispatcher.Core.Spf;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Intake;

namespace Dispatcher.Worker.Spf;

/// <summary>
/// Evaluates requests from standard input, several at once, and writes the answers in the order in which they came. One line reads, starts and
/// waits for room; the other writes whatever is next.
/// </summary>
internal sealed class SpfBatch(ISpfEvaluator evaluator, CommandOutput output)
{
    /// <summary>A look-up that waits must not hold up those behind it.</summary>
    private const int MostUnderWay = 128;

    public async Task<int> RunAsync(Stream input, CancellationToken cancellationToken)
    {
        var order = Channel.CreateBounded<Task<Answer>>(new BoundedChannelOptions(MostUnderWay)
        {
            FullMode = BoundedChannelFullMode.Wait,
            SingleReader = true,
            SingleWriter = true,
        });
        var reading = ReadAsync(input, order.Writer, cancellationToken);
        var (bad, no) = (0, 0);
        await foreach (var pending in order.Reader.ReadAllAsync(cancellationToken))
        {
            var answer = await pending;
            output.WriteJson(answer.Value);
            bad += answer.IsBad ? 1 : 0;
            no += answer is { IsBad: false, Passed: false } ? 1 : 0;
        }

        await reading;
        return bad > 0 ? ExitCode.Usage : no > 0 ? ExitCode.No : ExitCode.Fine;
    }

    private async Task ReadAsync(Stream input, ChannelWriter<Task<Answer>> order, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            var lines = new LineReader(PipeReader.Create(input), SpfBatchLine.Longest);
            while (await lines.ReadAsync(cancellationToken) is { } line)
            {
                if (line.TooLong || !line.Bytes.Span.Trim(" \t"u8).IsEmpty)
                {
                    await order.WriteAsync(AnswerAsync(SpfBatchLine.Read(line), cancellationToken), cancellationToken);
                }
            }
        }
        catch (Exception exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            order.TryComplete(failure);
        }
    }

    private async Task<Answer> AnswerAsync(SpfBatchLine line, CancellationToken cancellationToken)
    {
        if (line.Request is not { } request)
        {
            return new(new { line = line.Number, id = line.Id, error = line.Error }, IsBad: true, Passed: false);
        }

        var verdict = await evaluator.CheckHostAsync(request, cancellationToken);
        return new(
            new { id = line.Id, result = SpfResultText.Of(verdict.Result), explanation = verdict.Explanation },
            IsBad: false,
            Passed: verdict.Result == SpfResult.Pass);
    }

    private sealed record Answer(object Value, bool IsBad, bool Passed);
}
