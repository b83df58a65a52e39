using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>Ranges by attribute, and whether the client library can read the configuration string.</summary>
internal sealed class RedisOptionsValidator : IValidateOptions<RedisOptions>
{
    private readonly DataAnnotationValidateOptions<RedisOptions> _ranges = new(name: null);

    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        var ranges = _ranges.Validate(name, options);
        if (ranges.Failed)
        {
            return ranges;
        }

        try
        {
            return ConfigurationOptions.Parse(options.Configuration).EndPoints.Count > 0
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail("Redis:Configuration names no server; write host:port");
        }
        catch (ArgumentException e)
        {
            // The library's message names the option, not its value.
            return ValidateOptionsResult.Fail($"Redis:Configuration can't be read: {e.Message}");
        }
    }
}
