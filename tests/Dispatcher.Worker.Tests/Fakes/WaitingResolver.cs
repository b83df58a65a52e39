using System.Net;
using Dispatcher.Core.Dns;

namespace Dispatcher.Worker.Tests.Fakes;

/// <summary>A resolver that answers no question until its token fires.</summary>
/// <param name="most">Questions at which <see cref="Full"/> completes.</param>
internal sealed class WaitingResolver(int most) : IDnsResolver
{
    private readonly TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;

    public int Waiting => Volatile.Read(ref _waiting);

    public Task Full => _full.Task;

    public async ValueTask<DnsAnswer<string>> QueryTxtAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Increment(ref _waiting) == most)
        {
            _full.SetResult();
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        throw new InvalidOperationException("it never answers");
    }

    public ValueTask<DnsAnswer<IPAddress>> QueryAAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DnsAnswer<IPAddress>> QueryAaaaAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DnsAnswer<MxRecord>> QueryMxAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DnsAnswer<string>> QueryPtrAsync(IPAddress address, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DnsAnswer<string>> QueryCnameAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DnsAnswer<SoaRecord>> QuerySoaAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();
}
