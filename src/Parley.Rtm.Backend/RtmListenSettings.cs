using System.Collections.Immutable;

namespace Parley.Rtm.Backend;

/// <summary>What a back end listens to (rtm-server §6.1). Compared by content.</summary>
public sealed record RtmListenSettings
{
    /// <summary>All messages of all groups.</summary>
    public bool AllGroups { get; init; }

    /// <summary>All messages of all rooms.</summary>
    public bool AllRooms { get; init; }

    /// <summary>All messages between users.</summary>
    public bool AllP2P { get; init; }

    /// <summary>All events.</summary>
    public bool AllEvents { get; init; }

    /// <summary>The messages of these groups.</summary>
    public ImmutableHashSet<long> GroupIds { get; init; } = [];

    /// <summary>The messages of these rooms.</summary>
    public ImmutableHashSet<long> RoomIds { get; init; } = [];

    /// <summary>The messages from and to these users.</summary>
    public ImmutableHashSet<long> UserIds { get; init; } = [];

    /// <summary>These events: <c>login</c>, <c>logout</c>.</summary>
    public ImmutableHashSet<string> Events { get; init; } = [];

    /// <summary>Everything.</summary>
    public static RtmListenSettings Everything { get; } = new() { AllGroups = true, AllRooms = true, AllP2P = true, AllEvents = true };

    /// <summary>Nothing.</summary>
    public static RtmListenSettings Nothing { get; } = new();

    /// <summary>Whether nothing is listened to.</summary>
    public bool IsNothing => !(AllGroups || AllRooms || AllP2P || AllEvents) && HasNoSets;

    /// <summary>Whether everything is listened to.</summary>
    internal bool IsEverything => AllGroups && AllRooms && AllP2P && AllEvents;

    private bool HasNoSets => GroupIds.IsEmpty && RoomIds.IsEmpty && UserIds.IsEmpty && Events.IsEmpty;

    /// <inheritdoc/>
    public bool Equals(RtmListenSettings? other) =>
        other is not null
        && (AllGroups, AllRooms, AllP2P, AllEvents) == (other.AllGroups, other.AllRooms, other.AllP2P, other.AllEvents)
        && GroupIds.SetEquals(other.GroupIds) && RoomIds.SetEquals(other.RoomIds)
        && UserIds.SetEquals(other.UserIds) && Events.SetEquals(other.Events);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(AllGroups, AllRooms, AllP2P, AllEvents, GroupIds.Count, RoomIds.Count, UserIds.Count, Events.Count);

    /// <summary>With these in addition (<c>addlisten</c>).</summary>
    internal RtmListenSettings With(ListenChange change) => this with
    {
        AllP2P = AllP2P || change.P2P,
        GroupIds = GroupIds.Union(change.GroupIds),
        RoomIds = RoomIds.Union(change.RoomIds),
        UserIds = UserIds.Union(change.UserIds),
        Events = Events.Union(change.Events),
    };

    /// <summary>Without these (<c>removelisten</c>).</summary>
    internal RtmListenSettings Without(ListenChange change) => this with
    {
        AllP2P = AllP2P && !change.P2P,
        GroupIds = GroupIds.Except(change.GroupIds),
        RoomIds = RoomIds.Except(change.RoomIds),
        UserIds = UserIds.Except(change.UserIds),
        Events = Events.Except(change.Events),
    };
}

/// <summary>The parameters of <c>addlisten</c> and <c>removelisten</c>.</summary>
internal sealed record ListenChange(
    IReadOnlyCollection<long> GroupIds,
    IReadOnlyCollection<long> RoomIds,
    IReadOnlyCollection<long> UserIds,
    IReadOnlyCollection<string> Events,
    bool P2P);
