using System.CommandLine;
using System.Globalization;

namespace Dispatcher.Worker.Cli;

/// <summary>Bounds for numbers given as options.</summary>
internal static class NumberRange
{
    public static Option<T> Between<T>(this Option<T> option, int least, int most)
    {
        option.Validators.Add(result =>
        {
            // What is no number at all is reported by the library.
            if (result.Tokens.Count == 1
                && int.TryParse(result.Tokens[0].Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
                && (number < least || number > most))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {least} to {most}."));
            }
        });
        return option;
    }

    /// <summary>A decimal point, whatever the machine's language; no infinity and no NaN.</summary>
    public static Option<double?> Between(this Option<double?> option, double least, double most)
    {
        option.CustomParser = result =>
        {
            if (result.Tokens.Count == 1
                && double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && number >= least && number <= most)
            {
                return number;
            }

            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {least} to {most}."));
            return null;
        };
        return option;
    }
}
