using Parley.Core.Listening;
using Parley.Core.Messaging;

namespace Parley.Core.Webhooks;

/// <summary>What one request tells: events first, then messages, each in their order.</summary>
/// <param name="Webhook">To whom.</param>
/// <param name="Events">Events.</param>
/// <param name="Messages">Messages in the order of the log.</param>
/// <param name="IsRedelivery">Whether these are dead letters that are sent again.</param>
public sealed record WebhookBatch(
    Webhook Webhook, IReadOnlyList<WebhookEvent> Events, IReadOnlyList<Message> Messages, bool IsRedelivery)
{
    /// <summary>How many deliveries it has.</summary>
    public int Count => Events.Count + Messages.Count;
}

/// <summary>An event with its number.</summary>
/// <param name="Number">Grows from event to event, also over restarts unless the clock is set back.</param>
/// <param name="Event">What happened.</param>
public sealed record WebhookEvent(long Number, ListenerEvent Event);

/// <summary>What became of an attempt.</summary>
public enum WebhookOutcome : byte
{
    /// <summary>The receiver took the batch.</summary>
    Accepted,

    /// <summary>It did not, or was not reached; it is asked again.</summary>
    Failed,

    /// <summary>It wants nothing more.</summary>
    Gone,
}

/// <summary>The receiver's answer to one attempt.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">Why it failed, in few words without anything of the message; "" when it did not.</param>
public readonly record struct WebhookReply(WebhookOutcome Outcome, string Reason);

/// <summary>Brings a batch to its receiver.</summary>
public interface IWebhookSender
{
    /// <summary>
    /// Sends a batch once and waits for the answer, at most <see cref="Webhook.Timeout"/>. Throws nothing but
    /// <see cref="OperationCanceledException"/>, when the caller gives up.
    /// </summary>
    /// <param name="batch">What is sent.</param>
    /// <param name="attempt">1 for the first attempt, 2 for the next …</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<WebhookReply> SendAsync(WebhookBatch batch, int attempt, CancellationToken cancellationToken);
}
