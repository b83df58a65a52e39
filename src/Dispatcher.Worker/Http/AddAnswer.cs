using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Http;

/// <summary>Collects what became of each line of a request: contracts section 3.</summary>
internal sealed class AddAnswer
{
    private readonly List<string> _ids = [];
    private readonly RejectedLines _rejected = new();

    public int Accepted { get; private set; }

    public int Duplicates { get; private set; }

    public bool Full { get; private set; }

    private int Conflicts { get; set; }

    public void Reject(long line, string reason) => _rejected.Add(line, reason);

    public void Count(AddResult result, long line, string id)
    {
        switch (result)
        {
            case AddResult.Accepted:
                Accepted++;
                _ids.Add(id);
                break;
            case AddResult.Duplicate:
                Duplicates++;
                _ids.Add(id);
                break;
            case AddResult.Conflict:
                Conflicts++;
                Reject(line, $"conflict: the id {id} is known with other content");
                break;
            case AddResult.Full:
                Full = true;
                break;
            default:
                throw new InvalidOperationException($"The store answered {result}.");
        }
    }

    /// <summary>202 when anything was taken, 409 when ids were the only trouble, else 400; 429 as soon as the system was full.</summary>
    /// <param name="status">What the request itself was refused with; null: nothing.</param>
    public IResult ToResult(HttpResponse response, int? status = null, string? reason = null)
    {
        var good = Accepted + Duplicates;
        var code = status
            ?? (Full ? StatusCodes.Status429TooManyRequests
            : good > 0 ? StatusCodes.Status202Accepted
            : Conflicts > 0 && Conflicts == _rejected.Count ? StatusCodes.Status409Conflict
            : StatusCodes.Status400BadRequest);
        if (Full)
        {
            HttpFailures.AskAgain(response);
            reason = "The system is full: lines without an answer were not taken. Send them again later.";
        }
        else if (code == StatusCodes.Status400BadRequest)
        {
            reason ??= _rejected.Count == 0 ? "There is no invitation in the body." : "No line is a valid invitation.";
        }
        else if (code == StatusCodes.Status409Conflict)
        {
            reason ??= "The id is known with other content.";
        }

        return Results.Json(new AddBody(Accepted, Duplicates, _rejected.Told, _ids, _rejected.More, reason), statusCode: code);
    }
}
