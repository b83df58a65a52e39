using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Routing;
using Dispatcher.TestKit.Mail;
using Dispatcher.TestKit.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Dispatcher.Smtp.Tests.Routing;

/// <summary>A transport with files of routes and shaping rules, and servers at 127.0.0.2 and so on, all on one port.</summary>
internal sealed class RouteSite : IAsyncDisposable
{
    public static readonly SmtpScript Endless = EndlessAfter(SmtpScript.Empty);

    private readonly TempFolder _folder = new();
    private readonly List<ScriptedSmtpServer> _servers = [];
    private RouteBook? _book;
    private RoutedTransport? _transport;

    public FakeResolver Dns { get; } = new();

    public List<string> Log { get; } = [];

    public int Port { get; private set; }

    public RoutedTransport Transport => _transport!;

    public RouteBook Book => _book!;

    public string RoutesFile => Path.Combine(_folder.Path, "routes.json");

    public string ShapingFile => Path.Combine(_folder.Path, "shaping.json");

    /// <summary>A server that takes all that comes, from its greeting on.</summary>
    public static SmtpScript EndlessAfter(SmtpScript first) => Enumerable.Range(0, 60)
        .Aggregate(first.Send("220 ready\r\n").Answer("250 hello\r\n"), (script, _) => script.AcceptMessage()).Hang();

    /// <summary>Starts a server at 127.0.0.<paramref name="number"/>.</summary>
    public ScriptedSmtpServer Serve(int number, params SmtpScript[] scripts)
    {
        var server = ScriptedSmtpServer.StartAt($"127.0.0.{number}", Port, scripts.Length == 0 ? [Endless] : scripts);
        Port = server.Port;
        _servers.Add(server);
        return server;
    }

    /// <summary>A direct route of which tests may add keys: <c>"maxTries": 2,</c>.</summary>
    public string Direct(string more = "") =>
        $$"""{ "routes": [{ "name": "mx", "kind": "direct", "port": {{Port}}, {{more}} "allowLoopback": true }], "default": "mx" }""";

    public void Start(string routes, string? shaping = null, TimeProvider? time = null, Action<SmtpOptions>? configure = null)
    {
        Write(routes, shaping);
        var options = new SmtpOptions { EhloName = "test.example.com", RoutesFile = RoutesFile, ShapingFile = shaping is null ? null : ShapingFile };
        configure?.Invoke(options);
        var wrapped = Options.Create(options);
        _book = new RouteBook(wrapped, SmtpFileFormat.Json, time ?? TimeProvider.System, new ListLogger<RouteBook>(Log));
        _transport = new RoutedTransport(wrapped, _book, Dns, time ?? TimeProvider.System, NullLogger<RoutedTransport>.Instance);
    }

    public void Write(string routes, string? shaping = null)
    {
        File.WriteAllText(RoutesFile, routes);
        if (shaping is not null)
        {
            File.WriteAllText(ShapingFile, shaping);
        }
    }

    public Task<DeliveryOutcome> SendAsync(string to = "eva@one.example", OutgoingEmail? message = null) =>
        Transport.SendAsync(message ?? Mails.Message(to), CancellationToken.None).AsTask().WaitAsync(Mails.Limit);

    public async ValueTask DisposeAsync()
    {
        if (_transport is not null)
        {
            await _transport.DisposeAsync().AsTask().WaitAsync(Mails.Limit);
        }

        _book?.Dispose();
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        _folder.Dispose();
    }
}
