using Microsoft.Extensions.Options;

namespace Dispatcher.Redis;

/// <summary>Ranges by attribute, and the rules between settings.</summary>
internal sealed class QueueOptionsValidator : IValidateOptions<QueueOptions>
{
    private readonly DataAnnotationValidateOptions<QueueOptions> _ranges = new(name: null);

    public ValidateOptionsResult Validate(string? name, QueueOptions options)
    {
        var ranges = _ranges.Validate(name, options);
        if (ranges.Failed)
        {
            return ranges;
        }

        return options.IdRetention < options.FinalRetention
            ? ValidateOptionsResult.Fail("Queue:IdRetention must not be shorter than Queue:FinalRetention: an id would be forgotten while its record is shown")
            : ValidateOptionsResult.Success;
    }
}
