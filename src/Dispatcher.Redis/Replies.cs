using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>What a script always answers with. The client library's own conversions may give null, for the null reply.</summary>
public static class Replies
{
    /// <exception cref="InvalidCastException">It is something else.</exception>
    public static RedisResult[] Rows(this RedisResult reply) => (RedisResult[]?)reply ?? throw Null();

    /// <inheritdoc cref="Rows"/>
    public static string[] Texts(this RedisResult reply) => ((string?[]?)reply ?? throw Null())!;

    /// <inheritdoc cref="Rows"/>
    public static string Text(this RedisResult reply) => (string?)reply ?? throw Null();

    private static InvalidCastException Null() => new("a null reply where there is always one");
}
