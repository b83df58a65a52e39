using System.Runtime.CompilerServices;
using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Replies;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp.Connections;

/// <summary>The content up to its final dot, the next envelope behind it, and what the reply to the dot means.</summary>
internal sealed partial class SmtpConnection
{
    private const int BlockSize = 32 * 1024;

    // Two addresses, each once more as xtext, an identifier, and the words around them.
    private const int EnvelopeRoom = 2560;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendContentAsync()
    {
        var delivery = _current.Delivery!;
        var content = new ContentEncoder(delivery.Envelope.Content);

        // 4. All blocks but the last. Without its end the server must throw the content away.
        while (EncodeBlock(ref content, delivery.Envelope.Content.Length))
        {
            if (await FlushAsync(timeouts.DataBlock) is var fault and not WireFault.None)
            {
                Lose(SmtpStage.Data, new WireCode(0, fault));
                Advance();
                return;
            }
        }

        // 5. The last moment to stop: the server spoke already (421, "too big"), the lease may be lost, or we are stopping.
        if (wire.HasUnread)
        {
            IsUsable = false;
            _output.Clear();
            Lose(SmtpStage.Data, await wire.ReadCodeAsync(timeouts.Data));
            Advance();
            return;
        }

        if (wire.IsAbandoned)
        {
            // Because of the message before, at its last moment: this one can go elsewhere. Or because of this one: then it is over.
            _output.Clear();
            Lose(SmtpStage.Data, new WireCode(0, WireFault.Abandoned));
            Advance();
            return;
        }

        if (!delivery.Permit.MayFinish || !_current.TryFinish())
        {
            IsUsable = false;
            _output.Clear();
            _current.TryComplete(Outcomes.Interrupted("not permitted to finish"));
            Advance();
            return;
        }

        // 6. The last block with the final dot, and the next envelope. From here on, silence means that we do not know.
        _output.Add(ContentEncoder.FinalDot);
        PairNext();
        var sent = await FlushAsync(timeouts.DataBlock);
        var final = sent == WireFault.None ? await wire.ReadCodeAsync(timeouts.FinalReply) : new WireCode(0, sent);
        _transactionOpen = false;
        DeliveryOutcome outcome;
        if (final.Fault != WireFault.None)
        {
            IsUsable = false;
            outcome = Outcomes.LostAfterDot(final.Fault);
        }
        else
        {
            outcome = final.IsPositive ? _accepted.Outcome(wire) : Ended(SmtpStage.Final, final);
            Judge();
        }

        // The caller may bring the next message before this returns.
        var done = _current;
        Advance();
        done.TryComplete(outcome);
    }

    /// <summary>Ends a transaction without recipients. Its reply says nothing about any message, whatever it is.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendLoneDotAsync()
    {
        if (wire.HasUnread)
        {
            IsUsable = false;
            Advance();
            return;
        }

        _output.Add(ContentEncoder.FinalDot);
        PairNext();
        var sent = await FlushAsync(timeouts.DataBlock);
        var reply = sent == WireFault.None ? await wire.ReadCodeAsync(timeouts.FinalReply) : new WireCode(0, sent);
        _transactionOpen = false;
        IsUsable &= reply.Fault == WireFault.None && reply.Code != 421 && reply.Code is < 300 or >= 400;
        Advance();
    }

    /// <summary>Encodes the next block. True: it is not the last one.</summary>
    private bool EncodeBlock(ref ContentEncoder content, int length)
    {
        var room = _output.Room(Math.Min(BlockSize, ContentEncoder.Estimate(length) + EnvelopeRoom));
        _output.Advance(content.Encode(room[..Math.Min(room.Length, BlockSize)]));
        return !content.IsAtEnd;
    }

    /// <summary>Says the next message's envelope behind the dot, when there is one and this connection is quick.</summary>
    private void PairNext()
    {
        if (PairsWell && _pool.TryTakeBehind(this, out var next))
        {
            SetHands(_current, next);
            AddEnvelope(next.Delivery!.Envelope);
            Messages++;
        }
    }

    /// <summary>Whether this connection is quick enough to say a message behind another.</summary>
    private void Judge()
    {
        PairsWell = _pipelines && _pool.MayPair && !_pool.IsSlow(_askedAt);
        _pool.SetPlaces(this, PairsWell ? 2 : 1);
    }
}
