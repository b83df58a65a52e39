using System.Text.Json;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Json;

/// <summary>
/// Reads an object member by member, in one pass and without reflection. A value of the wrong shape is skipped and reported with its
/// path; broken JSON throws <see cref="JsonException"/>, which the owner turns into a problem.
/// </summary>
internal ref struct MemberReader(Utf8JsonReader json, ProblemList problems)
{
    private Utf8JsonReader _json = json;

    /// <summary>Steps onto the only value of the text, which must be an object.</summary>
    public bool EnterRoot()
    {
        _json.Read();
        return ExpectStart(JsonTokenType.StartObject, "", "must be a JSON object");
    }

    /// <summary>Throws when anything but white space follows.</summary>
    public void ExpectEnd() => _json.Read();

    /// <summary>Steps into the object that is the value of the present member; false: null, or reported.</summary>
    public bool EnterObject(string path)
    {
        _json.Read();
        return _json.TokenType != JsonTokenType.Null && ExpectStart(JsonTokenType.StartObject, path, "must be an object");
    }

    /// <summary>The same for an array.</summary>
    public bool EnterArray(string path)
    {
        _json.Read();
        return _json.TokenType != JsonTokenType.Null && ExpectStart(JsonTokenType.StartArray, path, "must be a list");
    }

    /// <summary>The next known member; null at the object's end. Unknown ones are skipped, a repeated one is reported.</summary>
    /// <param name="names">Those that are known.</param>
    /// <param name="seen">One bit for each; begins as 0.</param>
    /// <param name="parent">Path of the object, with a dot at its end unless it is the root.</param>
    public string? NextMember(MemberNames names, ref ulong seen, string parent)
    {
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            // Comparing a name that is no text throws, so such a one must not come that far.
            var index = CheckEscapes(parent + "(a member's name)") ? names.IndexOf(ref _json) : -1;
            if (index < 0)
            {
                Skip();
                continue;
            }

            if ((seen & (1UL << index)) != 0)
            {
                problems.Add(parent + names[index], "stands twice; keep one");
                Skip();
                continue;
            }

            seen |= 1UL << index;
            return names[index];
        }

        return null;
    }

    /// <summary>Steps to the next item that is an object; false at the list's end.</summary>
    public bool NextObject(string path)
    {
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (ExpectStart(JsonTokenType.StartObject, path, "each item must be an object"))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads the next item, which must be a string; false at the list's end.</summary>
    public bool NextText(string path, out string text)
    {
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (CurrentText(path) is { } item)
            {
                text = item;
                return true;
            }
        }

        text = "";
        return false;
    }

    /// <summary>The member's text; null: null, or reported.</summary>
    public string? Text(string path)
    {
        _json.Read();
        return _json.TokenType == JsonTokenType.Null ? null : CurrentText(path);
    }

    /// <summary>One of an enum's codes; null: null, or reported.</summary>
    public TEnum? Code<TEnum>(string path)
        where TEnum : struct, Enum
    {
        var text = Text(path);
        if (text is null)
        {
            return null;
        }

        if (Codes.TryParse<TEnum>(text, out var value))
        {
            return value;
        }

        problems.Add(path, $"must be one of {string.Join(", ", Codes.All<TEnum>())}");
        return null;
    }

    /// <summary>An ISO 8601 moment as UTC; without an offset it is taken as UTC. Null: null, or reported.</summary>
    public DateTimeOffset? Moment(string path)
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (!CheckEscapes(path))
        {
            return null;
        }

        if (_json.TokenType == JsonTokenType.String && _json.TryGetDateTime(out var clock))
        {
            if (clock.Kind == DateTimeKind.Unspecified)
            {
                return new DateTimeOffset(clock, TimeSpan.Zero);
            }

            if (_json.TryGetDateTimeOffset(out var moment))
            {
                return moment.ToUniversalTime();
            }
        }

        problems.Add(path, "must be an ISO 8601 time such as 2026-11-22T10:00:00Z");
        SkipChildren();
        return null;
    }

    /// <summary>Passes over the value of the present member; what is inside must still be text.</summary>
    public void Skip()
    {
        _json.Read();
        SkipChildren();
    }

    private bool ExpectStart(JsonTokenType token, string path, string otherwise)
    {
        if (_json.TokenType == token)
        {
            return true;
        }

        problems.Add(path, otherwise);
        SkipChildren();
        return false;
    }

    private string? CurrentText(string path)
    {
        if (_json.TokenType != JsonTokenType.String)
        {
            problems.Add(path, "must be a string");
            SkipChildren();
            return null;
        }

        return CheckEscapes(path) ? _json.GetString() : null;
    }

    private void SkipChildren()
    {
        var depth = _json.CurrentDepth;
        CheckEscapes("");
        if (_json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            while (_json.Read() && _json.CurrentDepth > depth)
            {
                CheckEscapes("");
            }
        }
    }

    /// <summary>An escape may name half of a surrogate pair (<c>\ud800</c>), which is no text; only decoding tells.</summary>
    private readonly bool CheckEscapes(string path)
    {
        if (!_json.ValueIsEscaped)
        {
            return true;
        }

        try
        {
            _json.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            problems.Add(path, "holds half of a surrogate pair, which is no Unicode text");
            return false;
        }
    }
}
