using System.ComponentModel.DataAnnotations;

namespace Parley.Outgoing.MobilePush;

/// <summary>Notifications for devices of users who are away. Off without senders.</summary>
public sealed record MobilePushSettings
{
    /// <summary>Messages that may wait for their receivers to be looked up, and for each sender notifications that may wait, 1 to 1,000,000;
    /// beyond it the oldest is dropped. Default 10,000.</summary>
    [Range(1, 1_000_000)]
    public int QueueLength { get; init; } = 10_000;

    /// <summary>Notifications that each sender sends at once, 1 to 1,000. Default 16.</summary>
    [Range(1, 1000)]
    public int Parallel { get; init; } = 16;

    /// <summary>Longest text of a notification in characters, 1 to 300. Default 200.</summary>
    [Range(1, 300)]
    public int TextCharacters { get; init; } = 200;

    /// <summary>How long one attempt may take, in seconds, 1 to 300. Default 10.</summary>
    [Range(1, 300)]
    public int TimeoutSeconds { get; init; } = 10;

    /// <summary>Attempts after the first one, when the service fails or is busy, 0 to 10. Default 3.</summary>
    [Range(0, 10)]
    public int Retries { get; init; } = 3;

    /// <summary>Wait before the first retry in milliseconds, 1 to 60,000; doubled for each further one. Default 1,000.</summary>
    [Range(1, 60_000)]
    public int RetryMilliseconds { get; init; } = 1000;

    /// <summary>The services. For a device the first one counts that is for its project and platform.</summary>
    public IReadOnlyList<PushSenderSettings> Senders { get; init; } = [];
}

/// <summary>Which service a sender speaks to.</summary>
public enum PushSenderKind : byte
{
    /// <summary>Firebase Cloud Messaging, HTTP v1.</summary>
    Fcm,

    /// <summary>Apple Push Notification service, with provider tokens.</summary>
    Apns,

    /// <summary>An address of one's own that is posted signed JSON.</summary>
    Webhook,
}

/// <summary>One service that brings notifications to devices.</summary>
public sealed record PushSenderSettings
{
    /// <summary>Which service. Default Fcm.</summary>
    public PushSenderKind Kind { get; init; }

    /// <summary>The project whose devices it is for; 0 = all. Default 0.</summary>
    [Range(0, long.MaxValue)]
    public long ProjectId { get; init; }

    /// <summary>The platforms that it is for, as apps register them, compared without case; empty = android for Fcm, ios for Apns, all for Webhook.</summary>
    public IReadOnlyList<string> Platforms { get; init; } = [];

    /// <summary>Base address of the service; empty = the service's own. Required for Webhook. http only for this machine.</summary>
    [MaxLength(1000)]
    public string Url { get; init; } = "";

    /// <summary>File with the credentials: Fcm the service account's JSON, Apns the .p8 key, Webhook the secret.</summary>
    [MaxLength(4096)]
    public string KeyFile { get; init; } = "";

    /// <summary>Apns: the id of the key.</summary>
    [MaxLength(100)]
    public string KeyId { get; init; } = "";

    /// <summary>Apns: the id of the team.</summary>
    [MaxLength(100)]
    public string TeamId { get; init; } = "";

    /// <summary>Apns: the topic, which is the app's bundle id.</summary>
    [MaxLength(300)]
    public string Topic { get; init; } = "";
}
