using System.Runtime.CompilerServices;
using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Replies;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp.Connections;

/// <summary>What is said for a message, and what its replies mean: docs/smtp.md tells it as a table.</summary>
internal sealed partial class SmtpConnection
{
    private enum EnvelopeAnswer
    {
        /// <summary>The message has its outcome, or is back in the pool.</summary>
        Over = 0,

        /// <summary>The server waits for the content.</summary>
        SendContent,

        /// <summary>It refused the recipient and waits for content all the same.</summary>
        SendLoneDot,
    }

    /// <summary>Carries the current message, and all that can be paired behind it and one another.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask CarryAsync()
    {
        if (_current.Delivery!.IsDone)
        {
            SetHands(default, default);
            return;
        }

        var resets = _transactionOpen;
        _isPaired = false;
        await SayEnvelopeAsync();
        while (!_current.IsNone)
        {
            var answer = IsUsable ? await ReadEnvelopeAsync(resets) : EnvelopeAnswer.Over;
            resets = false;
            switch (answer)
            {
                case EnvelopeAnswer.SendContent:
                    await SendContentAsync();
                    break;
                case EnvelopeAnswer.SendLoneDot:
                    await SendLoneDotAsync();
                    break;
                default:
                    SetHands(default, default);
                    break;
            }

            if (!IsUsable)
            {
                // What was said behind the last message counts for nothing: it may go elsewhere.
                var left = _current;
                SetHands(default, default);
                GiveBack(left);
            }
        }

        Volatile.Write(ref _askedAt, 0);
    }

    /// <summary>Says the envelope of the current message by itself: all of it, or nothing yet where the server cannot pipeline.</summary>
    private async ValueTask SayEnvelopeAsync()
    {
        Messages++;
        if (!_pipelines)
        {
            return;
        }

        if (wire.HasUnread)
        {
            Lose(SmtpStage.Mail, await ReadUnaskedAsync());
            return;
        }

        if (_transactionOpen)
        {
            EnvelopeWriter.Reset(_output);
            _transactionOpen = false;
        }

        AddEnvelope(_current.Delivery!.Envelope);
        if (await FlushAsync(timeouts.Command) is var fault and not WireFault.None)
        {
            Lose(SmtpStage.Mail, new WireCode(0, fault));
        }
    }

    /// <summary>Reads what the server says to the envelope; where it cannot pipeline, says each part first.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<EnvelopeAnswer> ReadEnvelopeAsync(bool resets)
    {
        // 1. RSET, where a refusal had left the last transaction open. Who refuses it means the connection (Exim: too many of them), not the message.
        if (resets && await AskAsync(SmtpStage.Greeting, timeouts.Command) is { IsPositive: false } reset)
        {
            return Lose(reset.Fault == WireFault.None ? SmtpStage.Greeting : SmtpStage.Mail, reset);
        }

        // 2. MAIL and RCPT. After a refusal the others of the group are answered too, and mean nothing any more.
        _transactionOpen = false;
        var refusal = default(DeliveryOutcome);
        var mail = await AskAsync(SmtpStage.Mail, _isPaired && SmtpConnectionPool.PairedPatience < timeouts.Command ? SmtpConnectionPool.PairedPatience : timeouts.Command);
        _transactionOpen = mail.IsPositive;
        if (!mail.IsPositive && !Refused(SmtpStage.Mail, mail, ref refusal))
        {
            return EnvelopeAnswer.Over;
        }

        var hasRecipient = false;
        if (_pipelines || mail.IsPositive)
        {
            var rcpt = await AskAsync(SmtpStage.Rcpt, timeouts.Command);
            if (!rcpt.IsPositive && !Refused(SmtpStage.Rcpt, rcpt, ref refusal))
            {
                return EnvelopeAnswer.Over;
            }

            hasRecipient = rcpt.IsPositive;
        }

        // 3. DATA: only 354 means "go on".
        if (_pipelines || refusal.Kind == OutcomeKind.Unset)
        {
            var data = await AskAsync(SmtpStage.Data, timeouts.Data);
            if (data.Code == 354 && refusal.Kind != OutcomeKind.Unset)
            {
                _current.TryComplete(refusal);
                if (hasRecipient)
                {
                    // It took the recipient without a sender: a dot might deliver an empty message.
                    IsUsable = false;
                    return EnvelopeAnswer.Over;
                }

                return EnvelopeAnswer.SendLoneDot;
            }

            if (data.Code == 354)
            {
                return EnvelopeAnswer.SendContent;
            }

            if (!Refused(SmtpStage.Data, data, ref refusal))
            {
                return EnvelopeAnswer.Over;
            }
        }

        _current.TryComplete(refusal);
        return EnvelopeAnswer.Over;
    }

    private void AddEnvelope(in Envelope envelope)
    {
        EnvelopeWriter.Mail(envelope, capabilities, _asksDsn, _output);
        EnvelopeWriter.Rcpt(envelope, _asksDsn, _output);
        EnvelopeWriter.Data(_output);
    }

    /// <summary>Reads the reply to one step, which is said first where nothing is pipelined.</summary>
    /// <param name="stage">Greeting stands for RSET.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<WireCode> AskAsync(SmtpStage stage, TimeSpan allowed)
    {
        if (!_pipelines)
        {
            if (wire.HasUnread)
            {
                return await ReadUnaskedAsync();
            }

            AddStep(stage);
            if (await FlushAsync(allowed) is var fault and not WireFault.None)
            {
                return new WireCode(0, fault);
            }
        }

        return await wire.ReadCodeAsync(allowed);
    }

    /// <summary>Out of step: what came would be taken for the reply to what we are about to say. Only a goodbye is meant as one.</summary>
    private async ValueTask<WireCode> ReadUnaskedAsync()
    {
        var unasked = await wire.ReadCodeAsync(timeouts.Command);
        return unasked.IsGone || unasked.Fault != WireFault.None ? unasked : new WireCode(0, WireFault.Malformed);
    }

    private void AddStep(SmtpStage stage)
    {
        switch (stage)
        {
            case SmtpStage.Mail:
                EnvelopeWriter.Mail(_current.Delivery!.Envelope, capabilities, _asksDsn, _output);
                break;
            case SmtpStage.Rcpt:
                EnvelopeWriter.Rcpt(_current.Delivery!.Envelope, _asksDsn, _output);
                break;
            case SmtpStage.Data:
                EnvelopeWriter.Data(_output);
                break;
            default:
                EnvelopeWriter.Reset(_output);
                break;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<WireFault> FlushAsync(TimeSpan allowed)
    {
        Volatile.Write(ref _askedAt, _pool.Now);
        var fault = await wire.WriteAsync(_output.Written, allowed);
        if (fault == WireFault.None)
        {
            _output.Clear();
        }
        else
        {
            _output.Forget();
        }

        return fault;
    }

    /// <summary>Notes a refusal, unless there was one before. False: the message is over, and so is the connection.</summary>
    private bool Refused(SmtpStage stage, WireCode read, ref DeliveryOutcome refusal)
    {
        if (refusal.Kind != OutcomeKind.Unset)
        {
            IsUsable &= read.Fault == WireFault.None && read.Code is >= 400 and not 421;
        }
        else if (read.Fault != WireFault.None || read.IsGone)
        {
            Lose(stage, read);
            return false;
        }
        else
        {
            refusal = Ended(stage, read);
        }

        if (!IsUsable)
        {
            _current.TryComplete(refusal);
        }

        return IsUsable;
    }

    /// <summary>The connection ended before the dot of the current message. Not its fault where it was kept open or shared.</summary>
    /// <param name="stage">Greeting: RSET was refused.</param>
    private EnvelopeAnswer Lose(SmtpStage stage, WireCode read)
    {
        IsUsable = false;
        var unheard = _isPaired && stage == SmtpStage.Mail && read.Fault == WireFault.TimedOut;
        if (unheard)
        {
            _pool.StopPairing();
        }

        if (((Messages > 1 && read.IsGone) || stage == SmtpStage.Greeting || read.Fault == WireFault.Abandoned || unheard) && _pool.TryReturn(_current))
        {
            return EnvelopeAnswer.Over;
        }

        _current.TryComplete(Ended(stage, read));
        return EnvelopeAnswer.Over;
    }

    private DeliveryOutcome Ended(SmtpStage stage, WireCode read)
    {
        var outcome = read.Fault == WireFault.None ? ReplyTable.Map(stage, wire.TakeReply()) : Outcomes.LostBeforeDot(stage, read.Fault);
        IsUsable &= read.Fault == WireFault.None && outcome.Scope == OutcomeScope.Message;
        return outcome;
    }

    private void Advance()
    {
        _isPaired = !_next.IsNone;
        SetHands(_next, default);
    }
}
