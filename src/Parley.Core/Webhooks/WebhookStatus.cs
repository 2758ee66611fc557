namespace Parley.Core.Webhooks;

/// <summary>What a webhook does.</summary>
public enum WebhookState : byte
{
    /// <summary>Its server does not run.</summary>
    Stopped,

    /// <summary>Everything was told.</summary>
    Idle,

    /// <summary>A batch is on its way.</summary>
    Sending,

    /// <summary>The last attempt failed; the batch is sent again.</summary>
    Retrying,

    /// <summary>The receiver answered that it is gone; nothing is sent until somebody asks for it or the server starts again.</summary>
    Paused,
}

/// <summary>How a webhook is.</summary>
/// <param name="Webhook">The webhook.</param>
/// <param name="State">What it does.</param>
/// <param name="Position">It is done with the log up to here; null when it was never started.</param>
/// <param name="Lag">Messages of the server, of all projects, that came after it; 0 when everything was told.</param>
/// <param name="DeadLetters">Messages that were not taken.</param>
/// <param name="LastFailure">Why the last failed attempt of this run failed; "" when none did.</param>
public sealed record WebhookStatus(
    Webhook Webhook, WebhookState State, long? Position, long Lag, int DeadLetters, string LastFailure);
