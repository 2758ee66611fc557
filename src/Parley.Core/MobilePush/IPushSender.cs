using Parley.Core.Messaging;
using Parley.Core.Users;

namespace Parley.Core.MobilePush;

/// <summary>What a notification shows and carries. The texts are cut to a length that every service takes.</summary>
public sealed record PushNotification
{
    /// <summary>The project.</summary>
    public required long ProjectId { get; init; }

    /// <summary>The sender's push name, or the uid when none was set.</summary>
    public required string Title { get; init; }

    /// <summary>The text, or a label in brackets for what is no text.</summary>
    public required string Body { get; init; }

    /// <summary>Peer-to-peer or group.</summary>
    public required ConversationKind Kind { get; init; }

    /// <summary>Who sent the message.</summary>
    public required long From { get; init; }

    /// <summary>The group, or 0.</summary>
    public required long GroupId { get; init; }

    /// <summary>The <c>mid</c> of the message.</summary>
    public required long MessageId { get; init; }

    /// <summary>The type of the message.</summary>
    public required byte MessageType { get; init; }

    /// <summary>When the message was accepted, in unix milliseconds.</summary>
    public required long Time { get; init; }
}

/// <summary>What became of a notification for one device.</summary>
public enum PushStatus : byte
{
    /// <summary>The service took it.</summary>
    Sent,

    /// <summary>The service refused it, or did not answer, also not when tried again.</summary>
    Failed,

    /// <summary>The service says that the device is gone: it is to be forgotten.</summary>
    Gone,
}

/// <summary>The answer of a sender.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="InvalidTokens">Other tokens of the same user that are to be forgotten; null for none.</param>
public readonly record struct PushResult(PushStatus Status, IReadOnlyList<string>? InvalidTokens = null);

/// <summary>The port to a service that brings notifications to devices. Calls may be made at the same time.</summary>
public interface IPushSender : IDisposable
{
    /// <summary>The kind of service, for metrics: one of a few fixed words.</summary>
    string Kind { get; }

    /// <summary>Whether this sender is for devices of this platform in this project.</summary>
    bool Takes(long projectId, string platform);

    /// <summary>Sends one notification to one device. Throws nothing but <see cref="OperationCanceledException"/>.</summary>
    ValueTask<PushResult> SendAsync(PushNotification notification, UserDevice device, CancellationToken cancellationToken);
}

/// <summary>Bounds of mobile push.</summary>
public sealed record MobilePushOptions
{
    /// <summary>Messages that may wait for their receivers to be looked up, and for each sender notifications that may wait.</summary>
    public int QueueLength { get; init; } = 10_000;

    /// <summary>Notifications that each sender sends at once.</summary>
    public int Parallel { get; init; } = 16;

    /// <summary>Longest text of a notification in characters (UTF-16).</summary>
    public int TextCharacters { get; init; } = 200;
}
