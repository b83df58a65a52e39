using Dispatcher.Core.Statuses;
using Microsoft.Net.Http.Headers;

namespace Dispatcher.Worker.Http;

/// <summary>The language of status texts in an answer: what the request prefers of those that there are (RFC 9110 section 12.5.4), else English.</summary>
internal static class AnswerLanguage
{
    private const string Any = "*";

    /// <summary>Chooses it, and says so in the answer's head.</summary>
    public static string Choose(HttpContext context)
    {
        var wanted = context.Request.GetTypedHeaders().AcceptLanguage
            .Where(one => one.Quality is not 0)
            .OrderByDescending(one => one.Quality ?? 1) // keeps the order of equals
            .Select(one => one.Value.Value)
            .FirstOrDefault(tag => tag is Any || StatusCatalog.HasTextsIn(tag));
        var language = StatusCatalog.LanguageOf(wanted);
        context.Response.Headers.ContentLanguage = language;
        context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptLanguage);
        return language;
    }
}
