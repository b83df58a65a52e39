using Dispatcher.Worker.Cli;
using Microsoft.Extensions.Logging.Console;

namespace Dispatcher.Worker.Hosting;

internal static class LoggingBuilderExtensions
{
    /// <summary>One line a message on standard error: plain, or JSON with <c>Logging:Json</c>. Levels come from <c>Logging:LogLevel</c>.</summary>
    public static ILoggingBuilder AddDispatcherLogging(
        this ILoggingBuilder logging, IConfiguration configuration, CliEnvironment environment, LogLevel least)
    {
        logging.ClearProviders().SetMinimumLevel(least).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Polly", LogLevel.Error);
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None); // The probe itself tells whoever asks.
        logging.AddConfiguration(configuration.GetSection("Logging"));
        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (configuration.GetValue<bool>("Logging:Json"))
        {
            return logging.AddJsonConsole(json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }

        return logging.AddSimpleConsole(simple =>
        {
            simple.SingleLine = true;
            simple.UseUtcTimestamp = true;
            simple.TimestampFormat = "HH:mm:ss.fff ";
            simple.ColorBehavior = environment.ErrorIsTerminal && !environment.Colourless
                ? LoggerColorBehavior.Default
                : LoggerColorBehavior.Disabled;
        });
    }
}
