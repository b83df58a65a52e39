using System.Threading.Channels;
using Dispatcher.Core.Sending;

namespace Dispatcher.Core.Tests.Pipeline;

/// <summary>A transport whose attempts end when the test says so, or by themselves with <see cref="Always"/>.</summary>
internal sealed class FakeTransport : ISmtpTransport
{
    private readonly Channel<Attempt> _attempts = Channel.CreateBounded<Attempt>(10_000);

    public int Capacity { get; init; } = 2;

    /// <summary>The outcome of every attempt; null: each waits for the test.</summary>
    public DeliveryOutcome? Always { get; init; }

    public static DeliveryOutcome Delivered { get; } = new() { Kind = OutcomeKind.Delivered, ReplyCode = 250, AcceptedBy = "relay:25", Text = "250 ok" };

    /// <summary>The next attempt that has begun, waiting for it.</summary>
    public async Task<Attempt> NextAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await _attempts.Reader.ReadAsync(deadline.Token);
    }

    public async ValueTask<DeliveryOutcome> SendAsync(OutgoingEmail message, CancellationToken abandonWork)
    {
        if (Always is { } outcome)
        {
            return outcome;
        }

        var attempt = new Attempt(message);
        await _attempts.Writer.WriteAsync(attempt, CancellationToken.None);
        await using var abandoned = abandonWork.Register(() => attempt.End(new DeliveryOutcome { Kind = OutcomeKind.Interrupted }));
        return await attempt.Outcome;
    }

    internal sealed class Attempt(OutgoingEmail message)
    {
        private readonly TaskCompletionSource<DeliveryOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public OutgoingEmail Message { get; } = message;

        public Task<DeliveryOutcome> Outcome => _outcome.Task;

        public void End(DeliveryOutcome outcome) => _outcome.TrySetResult(outcome);

        public void Throw(Exception exception) => _outcome.TrySetException(exception);
    }
}
