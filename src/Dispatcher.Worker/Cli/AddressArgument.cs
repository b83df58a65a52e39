using System.CommandLine;

namespace Dispatcher.Worker.Cli;

/// <summary>An e-mail address or phone number as an argument.</summary>
internal static class AddressArgument
{
    private const int Longest = 320;

    public static Argument<string> Create()
    {
        var argument = new Argument<string>("ADDRESS") { Description = "An e-mail address or phone number." };
        argument.Validators.Add(result =>
        {
            var address = result.GetValueOrDefault<string>() ?? "";
            if (string.IsNullOrWhiteSpace(address) || address.Length > Longest || address.Any(char.IsControl))
            {
                result.AddError("That is no address.");
            }
        });
        return argument;
    }
}
