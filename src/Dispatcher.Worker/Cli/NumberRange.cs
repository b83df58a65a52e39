using System.CommandLine;
using System.Globalization;

namespace Dispatcher.Worker.Cli;

/// <summary>Bounds for whole numbers given as options.</summary>
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
}
