using System.Net;
using System.Net.Sockets;

namespace Dispatcher.TestKit.Mail;

/// <summary>
/// A policy server for Postfix (<c>check_policy_service</c>, SMTPD_POLICY_README) that greylists: a client, sender and recipient that it has
/// not met together are told to come back.
/// </summary>
public sealed class GreylistPolicy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HashSet<(string Client, string Sender, string Recipient)> _met = [];
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _serving;

    public GreylistPolicy()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>For a list of restrictions.</summary>
    public string Restriction => $"check_policy_service inet:127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_ended.Token);
            _ = AnswerAsync(client);
        }
    }

    /// <summary>A request is lines of name=value and an empty one; Postfix keeps the connection for more.</summary>
    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        using (var reader = new StreamReader(client.GetStream()))
        {
            var request = new Dictionary<string, string>();
            while (await reader.ReadLineAsync(_ended.Token) is { } line)
            {
                if (line.Length > 0)
                {
                    var parts = line.Split('=', 2);
                    request[parts[0]] = parts[1];
                    continue;
                }

                var answer = Meet(request) ? "action=dunno\n\n" : "action=defer_if_permit 4.2.0 Greylisted, try again in 300 seconds\n\n";
                await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), _ended.Token);
                request.Clear();
            }
        }
    }

    private bool Meet(Dictionary<string, string> request)
    {
        lock (_met)
        {
            return !_met.Add((request["client_address"], request["sender"], request["recipient"]));
        }
    }
}
