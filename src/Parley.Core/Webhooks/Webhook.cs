using Parley.Core.Listening;
using Parley.Core.Storage;

namespace Parley.Core.Webhooks;

/// <summary>A back end that is told of a project's messages and events by HTTP requests.</summary>
public sealed record Webhook
{
    /// <summary>Its name, unique on the server.</summary>
    public required string Name { get; init; }

    /// <summary>The project.</summary>
    public required long ProjectId { get; init; }

    /// <summary>Where the requests go.</summary>
    public required Uri Url { get; init; }

    /// <summary>What the requests are signed with.</summary>
    public required string Secret { get; init; }

    /// <summary>What it wants to be told of.</summary>
    public required ListenerFilter Filter { get; init; }

    /// <summary>The most deliveries of one request.</summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>A request ends with the message that brings bodies and attributes to this many bytes.</summary>
    public long BatchBytes { get; init; } = 1_048_576;

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait after the first failed attempt; it doubles with every further one.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two attempts.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a batch is sent before it is given up.</summary>
    public int MaxAttempts { get; init; } = 100;

    /// <summary>How long after the first attempt a batch is given up.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The most dead letters that are kept; beyond it the oldest are forgotten.</summary>
    public int DeadLetters { get; init; } = 100_000;

    /// <summary>The most events that wait; beyond it the oldest are dropped.</summary>
    public int PendingEvents { get; init; } = 1000;

    /// <summary>The name that the store knows it by.</summary>
    public WebhookKey Key => new(ProjectId, Name);

    /// <summary>Neither secret nor address, which may hold a token.</summary>
    public override string ToString() => $"Webhook {Name} of project {ProjectId}";
}
