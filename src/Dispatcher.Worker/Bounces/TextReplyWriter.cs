using Dispatcher.Core.Text;

namespace Dispatcher.Worker.Bounces;

/// <summary>For people: aligned columns, the reply itself last. Written as it is read, since a table would have to hold all of it.</summary>
internal sealed class TextReplyWriter : IReplyWriter
{
    private readonly TextWriter _output;

    public TextReplyWriter(TextWriter output)
    {
        _output = output;
        Row("OUTCOME", "STATUS", "REASON", "HARD", "SCOPE", "RETRY", "REPLY");
    }

    public bool Write(ReadOnlySpan<char> line)
    {
        var reply = ClassifiedReply.Of(line);
        Row(
            reply.Outcome ?? "-",
            reply.Status ?? "-",
            reply.Reason,
            reply.Hard ? "hard" : "soft",
            reply.Scope ?? "-",
            reply.RetryClass ?? "-",
            CleanText.SingleLine(line.ToString()));
        return reply.Outcome is not null;
    }

    public void Dispose() => _output.Flush();

    private void Row(string outcome, string status, string reason, string hard, string scope, string retry, string reply) =>
        _output.WriteLine($"{outcome,-9}  {status,-24}  {reason,-21}  {hard,-4}  {scope,-10}  {retry,-14}  {reply}");
}
