using System.ComponentModel.DataAnnotations;
using Parley.Core.Listening;
using Parley.Core.Webhooks;

namespace Parley.Server.Settings;

/// <summary>A webhook in the settings.</summary>
internal sealed record WebhookEntry
{
    /// <summary>Its name, unique on the server; the store knows it by this name.</summary>
    [RegularExpression("^[A-Za-z0-9._-]{1,64}$")]
    public string Name { get; init; } = "";

    /// <summary>The project.</summary>
    [Range(1, long.MaxValue)]
    public long ProjectId { get; init; }

    /// <summary>Where the requests go.</summary>
    [MaxLength(2048)]
    public string Url { get; init; } = "";

    /// <summary>Whether <see cref="Url"/> may be http on another host than this one.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>What the requests are signed with.</summary>
    [MaxLength(256)]
    public string Secret { get; init; } = "";

    /// <summary>Whether the messages of all groups are told.</summary>
    public bool AllGroups { get; init; }

    /// <summary>Whether the messages of all rooms are told.</summary>
    public bool AllRooms { get; init; }

    /// <summary>Whether all peer-to-peer messages are told.</summary>
    public bool AllPeers { get; init; }

    /// <summary>Whether all events are told.</summary>
    public bool AllEvents { get; init; }

    /// <summary>Groups whose messages are told.</summary>
    public IReadOnlyList<long> Groups { get; init; } = [];

    /// <summary>Rooms whose messages are told.</summary>
    public IReadOnlyList<long> Rooms { get; init; } = [];

    /// <summary>Users whose peer-to-peer messages are told.</summary>
    public IReadOnlyList<long> Users { get; init; } = [];

    /// <summary>Events that are told.</summary>
    [RegularExpression("^(login|logout)$")]
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>The most deliveries of one request.</summary>
    [Range(1, 10_000)]
    public int BatchSize { get; init; } = 100;

    /// <summary>A request ends with the message that brings bodies and attributes to this many bytes.</summary>
    [Range(1024, 67_108_864)]
    public int BatchBytes { get; init; } = 1_048_576;

    /// <summary>How long an answer may take, in seconds.</summary>
    [Range(1, 300)]
    public int TimeoutSeconds { get; init; } = 10;

    /// <summary>The wait after the first failed attempt, in milliseconds.</summary>
    [Range(10, 60_000)]
    public int FirstRetryMilliseconds { get; init; } = 1000;

    /// <summary>The longest wait between two attempts, in seconds.</summary>
    [Range(1, 3600)]
    public int LongestRetrySeconds { get; init; } = 300;

    /// <summary>How often a batch is sent before it is given up.</summary>
    [Range(1, 100_000)]
    public int MaxAttempts { get; init; } = 100;

    /// <summary>How long after its first attempt a batch is given up, in seconds.</summary>
    [Range(1, 2_592_000)]
    public int GiveUpAfterSeconds { get; init; } = 3600;

    /// <summary>The most dead letters that are kept.</summary>
    [Range(1, 10_000_000)]
    public int DeadLetters { get; init; } = 100_000;

    /// <summary>The most events that wait.</summary>
    [Range(1, 1_000_000)]
    public int PendingEvents { get; init; } = 1000;

    /// <summary>What it wants to be told of.</summary>
    internal ListenerFilter Filter => new()
    {
        AllGroups = AllGroups,
        AllRooms = AllRooms,
        AllPeers = AllPeers,
        AllEvents = AllEvents,
        Groups = Groups.ToHashSet(),
        Rooms = Rooms.ToHashSet(),
        Users = Users.ToHashSet(),
        Events = Events.ToHashSet(StringComparer.Ordinal),
    };

    /// <inheritdoc/>
    public override string ToString() => $"WebhookEntry {Name} ({ProjectId})";

    /// <summary>The webhook that the core knows.</summary>
    internal Webhook ToWebhook() => new()
    {
        Name = Name,
        ProjectId = ProjectId,
        Url = new(Url),
        Secret = Secret,
        Filter = Filter,
        BatchSize = BatchSize,
        BatchBytes = BatchBytes,
        Timeout = TimeSpan.FromSeconds(TimeoutSeconds),
        FirstRetry = TimeSpan.FromMilliseconds(FirstRetryMilliseconds),
        LongestRetry = TimeSpan.FromSeconds(LongestRetrySeconds),
        MaxAttempts = MaxAttempts,
        GiveUpAfter = TimeSpan.FromSeconds(GiveUpAfterSeconds),
        DeadLetters = DeadLetters,
        PendingEvents = PendingEvents,
    };
}
