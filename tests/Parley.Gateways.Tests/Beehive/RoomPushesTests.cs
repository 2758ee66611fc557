using Parley.Core.Messaging;
using Parley.Core.Rooms;
using Parley.Gateways.Beehive.Sessions;

namespace Parley.Gateways.Tests.Beehive;

/// <summary>Kept pushes of rooms, live and on joining, at whatever moment: each once (beehive.md §3.2).</summary>
public sealed class RoomPushesTests
{
    private const long Room = 7;

    private readonly RoomPushes _pushes = new();

    [Fact]
    public void Whatever_their_numbers_live_pushes_are_sent_in_the_order_of_the_room()
    {
        Join();
        Assert.All([1L, 2, 3, 9, 10], sequence => Assert.True(Live(sequence)));
    }

    [Fact]
    public void On_joining_those_come_that_were_kept_and_not_again_when_they_are_delivered_late()
    {
        _pushes.Come(Room);
        Assert.Equal([3, 5], Arrive(5, 3));
        Assert.False(Live(3));
        Assert.False(Live(5));
        Assert.True(Live(6));
    }

    [Fact]
    public void What_is_delivered_while_joining_is_not_sent_twice_and_what_is_still_to_be_delivered_is_not_lost()
    {
        _pushes.Come(Room);
        Assert.True(Live(5));
        Assert.True(Live(6));
        Assert.Equal([3, 4], Arrive(3, 4, 5, 6, 8)); // 8 was kept before its delivery came here
        Assert.True(Live(8));
        Assert.True(Live(9));
    }

    [Fact]
    public void Who_comes_back_is_sent_what_was_kept_meanwhile()
    {
        Join();
        Assert.True(Live(4));
        _pushes.Come(Room);
        Assert.Equal([5, 6], Arrive(3, 4, 5, 6));
        _pushes.Come(Room);
        Assert.Empty(Arrive(3, 4, 5, 6));
        Assert.True(Live(7));
    }

    [Fact]
    public void A_second_joining_of_who_is_inside_changes_nothing()
    {
        Join();
        Assert.True(Live(4));
        _pushes.Come(Room);
        Assert.True(Live(5));
        Assert.Empty(Arrive());
        Assert.True(Live(6));
        Assert.False(Live(6));
    }

    [Fact]
    public void Of_too_many_rooms_some_are_forgotten_and_nothing_is_lost()
    {
        for (var room = 1; room <= 2 * RoomPushes.MostRooms; room++)
        {
            _pushes.Come(room);
            Assert.Single(_pushes.Arrive(room, [Kept(room, 3)]));
        }
        var again = 0;
        for (var room = 1; room <= 2 * RoomPushes.MostRooms; room++)
        {
            _pushes.Come(room);
            again += _pushes.Arrive(room, [Kept(room, 3)]).Count;
        }
        Assert.InRange(again, 1, 2 * RoomPushes.MostRooms);
        Assert.True(Live(4));
    }

    private void Join()
    {
        _pushes.Come(Room);
        Assert.Empty(Arrive());
    }

    private bool Live(long sequence) => _pushes.TryPush(Push(Room, sequence));

    private IEnumerable<long> Arrive(params long[] kept) =>
        _pushes.Arrive(Room, [.. kept.Select(sequence => Kept(Room, sequence))]).Select(message => message.Sequence);

    private static KeptBroadcast Kept(long room, long sequence) => new(100 - sequence, long.MaxValue, Push(room, sequence));

    private static Message Push(long room, long sequence) =>
        new() { Conversation = new(1, ConversationKind.Room, room, 0), Sender = 0, MessageId = sequence, Type = 30, Sequence = sequence };
}
