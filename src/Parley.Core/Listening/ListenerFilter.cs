using System.Collections.Frozen;
using Parley.Core.Messaging;

namespace Parley.Core.Listening;

/// <summary>
/// What a listener wants to be told of: groups, rooms, users and events by name, or all of a kind. Never changes; a listener's filter is
/// replaced as a whole. Broadcasts are told to nobody.
/// </summary>
public sealed record ListenerFilter
{
    /// <summary>The most ids and names that one filter may hold.</summary>
    public const int MostEntries = 100_000;

    /// <summary>Tells of nothing.</summary>
    public static ListenerFilter Nothing { get; } = new();

    /// <summary>Tells of everything.</summary>
    public static ListenerFilter Everything { get; } = new() { AllGroups = true, AllRooms = true, AllPeers = true, AllEvents = true };

    /// <summary>Groups whose messages are told.</summary>
    public IReadOnlySet<long> Groups { get; init; } = FrozenSet<long>.Empty;

    /// <summary>Rooms whose messages are told.</summary>
    public IReadOnlySet<long> Rooms { get; init; } = FrozenSet<long>.Empty;

    /// <summary>Users whose peer-to-peer messages are told, sent and received ones.</summary>
    public IReadOnlySet<long> Users { get; init; } = FrozenSet<long>.Empty;

    /// <summary>Names of the events that are told; names that mean nothing are kept and never met.</summary>
    public IReadOnlySet<string> Events { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Whether the messages of all groups are told.</summary>
    public bool AllGroups { get; init; }

    /// <summary>Whether the messages of all rooms are told.</summary>
    public bool AllRooms { get; init; }

    /// <summary>Whether all peer-to-peer messages are told.</summary>
    public bool AllPeers { get; init; }

    /// <summary>Whether all events are told.</summary>
    public bool AllEvents { get; init; }

    /// <summary>How many ids and names it holds.</summary>
    public int Count => Groups.Count + Rooms.Count + Users.Count + Events.Count;

    /// <summary>Whether nothing at all is told.</summary>
    public bool IsNothing => Count == 0 && !AllGroups && !AllRooms && !AllPeers && !AllEvents;

    /// <summary>Whether the message is told.</summary>
    public bool Wants(Message message)
    {
        var conversation = message.Conversation;
        return conversation.Kind switch
        {
            ConversationKind.PeerToPeer => AllPeers || Users.Contains(conversation.First) || Users.Contains(conversation.Second),
            ConversationKind.Group => AllGroups || Groups.Contains(conversation.First),
            ConversationKind.Room => AllRooms || Rooms.Contains(conversation.First),
            ConversationKind.Broadcast => false,
            _ => throw new ArgumentOutOfRangeException(nameof(message)),
        };
    }

    /// <summary>Whether an event of this name is told.</summary>
    public bool WantsEvent(string name) => AllEvents || Events.Contains(name);

    /// <summary>This and what the other one wants.</summary>
    public ListenerFilter Add(ListenerFilter more) => new()
    {
        Groups = Union(Groups, more.Groups),
        Rooms = Union(Rooms, more.Rooms),
        Users = Union(Users, more.Users),
        Events = Union(Events, more.Events),
        AllGroups = AllGroups || more.AllGroups,
        AllRooms = AllRooms || more.AllRooms,
        AllPeers = AllPeers || more.AllPeers,
        AllEvents = AllEvents || more.AllEvents,
    };

    /// <summary>This without the entries and flags of the other one. An entry that is not here is no error.</summary>
    public ListenerFilter Remove(ListenerFilter less) => new()
    {
        Groups = Except(Groups, less.Groups),
        Rooms = Except(Rooms, less.Rooms),
        Users = Except(Users, less.Users),
        Events = Except(Events, less.Events),
        AllGroups = AllGroups && !less.AllGroups,
        AllRooms = AllRooms && !less.AllRooms,
        AllPeers = AllPeers && !less.AllPeers,
        AllEvents = AllEvents && !less.AllEvents,
    };

    private static IReadOnlySet<T> Union<T>(IReadOnlySet<T> some, IReadOnlySet<T> more)
    {
        if (more.Count == 0)
            return some;
        var all = new HashSet<T>(some);
        all.UnionWith(more);
        return all;
    }

    private static IReadOnlySet<T> Except<T>(IReadOnlySet<T> all, IReadOnlySet<T> less)
    {
        if (less.Count == 0 || all.Count == 0)
            return all;
        var rest = new HashSet<T>(all);
        rest.ExceptWith(less);
        return rest;
    }
}
