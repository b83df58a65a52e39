using Dispatcher.Worker.Hosting;
using Dispatcher.Worker.Settings;
using Microsoft.AspNetCore.Builder;

namespace Dispatcher.Worker.Tests.Http;

/// <summary>A whole worker host on a free port, over stores in memory.</summary>
internal sealed class HttpDoorFixture : IAsyncDisposable
{
    private readonly WebApplication _host;

    private HttpDoorFixture(TestCli cli, WebApplication host)
    {
        Cli = cli;
        _host = host;
        Client = new HttpClient { BaseAddress = new Uri(host.Urls.First()) };
    }

    public TestCli Cli { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _host.Services;

    public static async Task<HttpDoorFixture> StartAsync(TestCli? given = null, params (string Key, string Value)[] settings)
    {
        var cli = given ?? new TestCli();
        var environment = cli.Environment(TextWriter.Null, TextWriter.Null);
        var values = settings.ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        values["Http:Urls"] = "http://127.0.0.1:0";
        values["Logging:LogLevel:Default"] = "None";
        var host = WorkerHost.Build(environment, DispatcherSettings.Load(environment, null, values));
        await WorkerStart.StartAsync(host, TestContext.Current.CancellationToken);
        return new(cli, host);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.StopAsync();
        await _host.DisposeAsync();
        Cli.Dispose();
    }
}
