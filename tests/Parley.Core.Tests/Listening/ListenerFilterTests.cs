using Parley.Core.Listening;
using Parley.Core.Messaging;

namespace Parley.Core.Tests.Listening;

public sealed class ListenerFilterTests
{
    private const long Pid = 1;

    private static readonly ConversationKey[] Conversations =
    [
        ConversationKey.PeerToPeer(Pid, 1, 2), ConversationKey.PeerToPeer(Pid, 3, 4), ConversationKey.Group(Pid, 1), ConversationKey.Group(Pid, 2),
        ConversationKey.Room(Pid, 1), ConversationKey.Room(Pid, 2), ConversationKey.Broadcast(Pid),
    ];

    [Fact]
    public void Each_list_and_each_flag_chooses_its_own_kind()
    {
        Assert.Equal("", Wanted(ListenerFilter.Nothing));
        Assert.Equal("012345", Wanted(ListenerFilter.Everything)); // a broadcast never
        Assert.Equal("0", Wanted(new() { Users = Set(1L) }));
        Assert.Equal("0", Wanted(new() { Users = Set(2L) })); // either side
        Assert.Equal("01", Wanted(new() { Users = Set(2L, 3L) }));
        Assert.Equal("01", Wanted(new() { AllPeers = true }));
        Assert.Equal("2", Wanted(new() { Groups = Set(1L, 9L) }));
        Assert.Equal("23", Wanted(new() { AllGroups = true, Groups = Set(9L) }));
        Assert.Equal("5", Wanted(new() { Rooms = Set(2L) }));
        Assert.Equal("45", Wanted(new() { AllRooms = true }));
        Assert.Equal("", Wanted(new() { AllEvents = true, Events = Set("login") }));
    }

    [Fact]
    public void Events_are_chosen_by_name()
    {
        Assert.False(ListenerFilter.Nothing.WantsEvent(ListenerEvent.Login));
        Assert.True(ListenerFilter.Everything.WantsEvent("anything"));
        var filter = new ListenerFilter { Events = Set("logout", "anything") };
        Assert.True(filter.WantsEvent(ListenerEvent.Logout));
        Assert.False(filter.WantsEvent(ListenerEvent.Login));
        Assert.False(filter.WantsEvent("Logout"));
    }

    [Fact]
    public void Adding_is_union_and_removing_is_difference_and_neither_changes_the_operands()
    {
        var one = new ListenerFilter { Groups = Set(1L, 2L), Users = Set(5L), Events = Set("a"), AllRooms = true };
        var two = new ListenerFilter { Groups = Set(2L, 3L), Rooms = Set(7L), Events = Set("b"), AllPeers = true };
        var both = one.Add(two);
        Assert.Equal([1, 2, 3], both.Groups.Order());
        Assert.Equal([7L], both.Rooms);
        Assert.Equal([5L], both.Users);
        Assert.Equal(["a", "b"], both.Events.Order(StringComparer.Ordinal));
        Assert.Equal((true, true, false, false, 7), (both.AllRooms, both.AllPeers, both.AllGroups, both.AllEvents, both.Count));
        var rest = both.Remove(two).Remove(two);
        Assert.Equal([1L], rest.Groups);
        Assert.Empty(rest.Rooms);
        Assert.Equal(["a"], rest.Events);
        Assert.Equal((true, false), (rest.AllRooms, rest.AllPeers));
        Assert.Equal(2, one.Groups.Count);
        Assert.Equal(2, two.Groups.Count);
        Assert.True(both.Remove(both).IsNothing);
        Assert.False(new ListenerFilter { AllEvents = true }.IsNothing);
        Assert.False(new ListenerFilter { Events = Set("x") }.IsNothing);
        Assert.True(ListenerFilter.Nothing.Add(ListenerFilter.Nothing).IsNothing);
    }

    private static HashSet<T> Set<T>(params T[] items) => [.. items];

    private static string Wanted(ListenerFilter filter) => string.Concat(Enumerable.Range(0, Conversations.Length).Where(i => filter.Wants(new()
    {
        Conversation = Conversations[i],
        Sender = Conversations[i].First,
        MessageId = 1,
        Type = 1,
    })));
}
