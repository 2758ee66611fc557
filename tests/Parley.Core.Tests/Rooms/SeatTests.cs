using Parley.Core.Rooms;
using Parley.Core.Tests.Support;
using static Parley.Core.Tests.Rooms.RoomWorld;

namespace Parley.Core.Tests.Rooms;

/// <summary>Seats of single sessions and the sub-groups they are in (beehive.md §10.4).</summary>
public sealed class SeatTests
{
    private const long Pid = CoreFixture.Pid;

    [Fact]
    public async Task Sub_group_0_fills_first_then_the_one_with_the_fewest_and_then_a_new_one()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        await rooms.SetCapacityAsync(fixture.Project, Hall, 2, Token);
        var first = await fixture.SitAsync(1, 0);
        await fixture.SitAsync(2, 0);
        var third = await fixture.SitAsync(3, 1);
        await fixture.SitAsync(4, 1);
        await fixture.SitAsync(5, 2);
        Assert.Equal([(0, 2), (1, 2), (2, 1)], rooms.SubGroupsOf(Pid, Hall));

        Assert.True(rooms.LeaveSeat(third, Hall));
        await fixture.SitAsync(6, 1); // 1 and 2 have one session each: the lower number
        Assert.True(rooms.LeaveSeat(first, Hall));
        await fixture.SitAsync(7, 0); // a place in 0 is taken first
        await fixture.SitAsync(8, 2);
        await fixture.SitAsync(9, 3);
        Assert.Equal([(0, 2), (1, 2), (2, 2), (3, 1)], rooms.SubGroupsOf(Pid, Hall));
        Assert.Equal(7, rooms.CountSessions(Pid, Hall));
    }

    [Fact]
    public async Task The_sub_group_with_the_fewest_sessions_takes_the_next_and_an_emptied_number_is_used_again()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        await rooms.SetCapacityAsync(fixture.Project, Hall, 1, Token);
        await fixture.SitAsync(1, 0);
        var second = await fixture.SitAsync(2, 1);
        await fixture.SitAsync(3, 2);
        Assert.True(rooms.LeaveSeat(second, Hall));
        Assert.Equal([(0, 1), (2, 1)], rooms.SubGroupsOf(Pid, Hall));
        await fixture.SitAsync(4, 1);
        await rooms.SetCapacityAsync(fixture.Project, Hall, 3, Token);
        await fixture.SitAsync(5, 0);
        await fixture.SitAsync(6, 0);
        await fixture.SitAsync(7, 1);
        await fixture.SitAsync(8, 2);
    }

    [Fact]
    public async Task The_capacity_is_the_rooms_then_the_projects_then_ten_thousand_and_outlives_a_restart()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        Assert.Equal(10_000, await rooms.GetCapacityAsync(fixture.Project, Hall, Token));
        await rooms.SetCapacityAsync(fixture.Project, 0, 1, Token);
        await rooms.SetCapacityAsync(fixture.Project, 5, 3, Token);
        Assert.Equal([1, 1, 3], await CapacitiesAsync());
        await fixture.SitAsync(1, 0);
        await fixture.SitAsync(2, 1);
        await fixture.SitAsync(3, 0, room: 5);
        await fixture.SitAsync(4, 0, room: 5);

        await fixture.RestartAsync();
        rooms = fixture.Core.Rooms;
        Assert.Equal([1, 1, 3], await CapacitiesAsync());
        await rooms.SetCapacityAsync(fixture.Project, 5, 0, Token);
        Assert.Equal([1, 1, 1], await CapacitiesAsync());

        async Task<IReadOnlyList<int>> CapacitiesAsync() =>
        [
            await rooms.GetCapacityAsync(fixture.Project, 0, Token), await rooms.GetCapacityAsync(fixture.Project, Hall, Token),
            await rooms.GetCapacityAsync(fixture.Project, 5, Token),
        ];
    }

    [Fact]
    public async Task Two_sessions_of_a_user_sit_each_for_itself()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        await rooms.SetCapacityAsync(fixture.Project, Hall, 1, Token);
        var one = await fixture.SitAsync(1, 0);
        var other = await fixture.SitAsync(1, 1);
        Assert.Equal((0, 1), (rooms.SubGroupOf(one, Hall), rooms.SubGroupOf(other, Hall)));
        Assert.Equal(1, rooms.MembersOf(Pid, Hall).Length);
        Assert.Equal((1, 2), (rooms.CountUsers(Pid, Hall), rooms.CountSessions(Pid, Hall)));
        Assert.Equal([Hall], RoomDirectory.RoomsOf(one.Presence!));

        fixture.Core.Sessions.Close(one);
        Assert.True(rooms.Contains(Pid, Hall, 1));
        Assert.Equal(1, rooms.SubGroupOf(other, Hall));
        Assert.Null(rooms.SubGroupOf(one, Hall));
        Assert.Equal([(1, 1)], rooms.SubGroupsOf(Pid, Hall));
        Assert.Equal(CoreError.NotOnline, (await rooms.TakeSeatAsync(one, Hall)).Error);
        fixture.Core.Sessions.Close(other);
        Assert.False(rooms.Contains(Pid, Hall, 1));
        Assert.Equal(0, rooms.Count);
    }

    [Fact]
    public async Task Sitting_twice_is_one_seat_and_leaving_twice_is_no_error()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        var session = await fixture.SitAsync(1);
        Assert.Equal(new SeatResult(CoreError.None, 0, false), await rooms.TakeSeatAsync(session, Hall));
        Assert.Equal(1, rooms.CountSessions(Pid, Hall));
        Assert.True(rooms.LeaveSeat(session, Hall));
        Assert.False(rooms.LeaveSeat(session, Hall));
        Assert.Empty(rooms.SeatsOf(session));
        Assert.Equal(CoreError.InvalidId, (await rooms.TakeSeatAsync(session, 0)).Error);
        Assert.Equal(CoreError.InvalidId, (await rooms.TakeSeatAsync(session, -1)).Error);
        Assert.Equal(CoreError.NotOnline, (await rooms.TakeSeatAsync(new SeatSession(fixture.Project, 3, true), Hall)).Error);
    }

    [Fact]
    public async Task A_session_has_a_limit_of_seats_and_the_limit_of_users_rooms_does_not_count_them()
    {
        await using var fixture = await CoreFixture.StartAsync(new() { RoomsPerUser = 1 }, bounds: new() { SeatsPerSession = 2 });
        var rooms = fixture.Core.Rooms;
        var session = await fixture.SitAsync(1, room: 9);
        await rooms.TakeSeatAsync(session, 8);
        Assert.Equal(CoreError.TooManyRooms, (await rooms.TakeSeatAsync(session, 7)).Error);
        Assert.Equal(CoreError.None, (await rooms.TakeSeatAsync(session, 8)).Error);
        Assert.Equal(CoreError.None, await rooms.EnterAsync(fixture.Project, session.Presence!, 20));
        Assert.Equal(CoreError.TooManyRooms, await rooms.EnterAsync(fixture.Project, session.Presence!, 21));
        Assert.Equal([8, 9], rooms.SeatsOf(session));
        Assert.Equal([20, 8, 9], RoomDirectory.RoomsOf(session.Presence!));
        rooms.LeaveSeat(session, 8);
        Assert.Equal(CoreError.None, (await rooms.TakeSeatAsync(session, 7)).Error);
    }

    [Fact]
    public async Task What_is_said_reaches_the_sub_group_and_those_inside_as_users_and_a_broadcast_reaches_all()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await fixture.Core.Rooms.SetCapacityAsync(fixture.Project, Hall, 2, Token);
        var ann = await fixture.SitAsync(1, 0);
        var ben = await fixture.SitAsync(2, 0);
        var cleo = await fixture.SitAsync(3, 1);
        var dan = fixture.Come(4, sitsAlone: false);
        await fixture.Core.Rooms.EnterAsync(fixture.Project, dan.Presence!, Hall);

        Assert.Equal(CoreError.None, await fixture.SayAsync(ann, 10, subGroup: 0));
        Assert.Equal(CoreError.None, await fixture.SayAsync(cleo, 11, subGroup: 1));
        Assert.Equal(CoreError.None, await fixture.SayAsync(dan, 12));
        Assert.Equal(CoreError.None, await fixture.SayAsync(dan, 13, subGroup: 5));
        Assert.Equal(CoreError.None, (await fixture.CallAsync(4, 14)).Error);
        Assert.Equal([10, 12, 14], await ann.HeardUntilAsync(14));
        Assert.Equal([10, 12, 14], await ben.HeardUntilAsync(14));
        Assert.Equal([11, 12, 14], await cleo.HeardUntilAsync(14));
        Assert.Equal([10, 11, 12, 13, 14], await dan.HeardUntilAsync(14));
    }

    [Fact]
    public async Task A_session_that_sits_alone_hears_and_speaks_only_where_it_has_a_seat()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        var alone = fixture.Come(1);
        var shared = fixture.Come(1, sitsAlone: false);
        var late = fixture.Come(1, sitsAlone: false);
        await rooms.EnterAsync(fixture.Project, alone.Presence!, Hall);
        Assert.Equal(2, rooms.CountSessions(Pid, Hall));
        Assert.Equal(CoreError.NotInRoom, await fixture.SayAsync(alone, 1));
        Assert.Equal(CoreError.None, await fixture.SayAsync(shared, 2));
        Assert.Equal(CoreError.None, await fixture.SayAsync(shared, 3));
        Assert.Equal([2, 3], await shared.HeardUntilAsync(3)); // the delivery of 2 is over, that of 3 perhaps not
        await rooms.TakeSeatAsync(alone, Hall);
        Assert.Equal(CoreError.None, await fixture.SayAsync(alone, 4));
        Assert.Equal([2, 3, 4], await late.HeardUntilAsync(4));
        Assert.DoesNotContain(2, await alone.HeardUntilAsync(4));

        rooms.LeaveSeat(alone, Hall);
        Assert.True(rooms.Contains(Pid, Hall, 1));
        Assert.Equal(CoreError.NotInRoom, await fixture.SayAsync(alone, 5));
        rooms.Leave(alone.Presence!, Hall);
        Assert.Equal(CoreError.NotInRoom, await fixture.SayAsync(shared, 6));
    }

    [Fact]
    public async Task A_session_that_is_inside_in_both_ways_hears_a_message_once()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var both = fixture.Come(1, sitsAlone: false);
        await fixture.Core.Rooms.TakeSeatAsync(both, Hall);
        await fixture.CallAsync(1, 1);
        await fixture.Core.Rooms.EnterAsync(fixture.Project, both.Presence!, Hall);
        await fixture.CallAsync(1, 2);
        await fixture.CallAsync(1, 3);
        Assert.Equal([1, 2, 3], await both.HeardUntilAsync(3));
    }

    [Fact]
    public async Task A_user_who_sits_is_in_the_room_for_everybody_who_asks()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        var ann = await fixture.SitAsync(1);
        var ben = fixture.Come(2, sitsAlone: false);
        await rooms.EnterAsync(fixture.Project, ben.Presence!, Hall);
        await rooms.TakeSeatAsync(fixture.Come(2), Hall);
        Assert.Equal([1, 2], rooms.MembersOf(Pid, Hall).ToArray().Select(presence => presence.User.UserId).Order());
        Assert.Equal(2, rooms.CountUsers(Pid, Hall));
        rooms.Leave(ben.Presence!, Hall);
        Assert.Equal(2, rooms.CountUsers(Pid, Hall));
        rooms.LeaveSeat(ann, Hall);
        Assert.Equal([2], rooms.MembersOf(Pid, Hall).ToArray().Select(presence => presence.User.UserId));
        Assert.False(rooms.Contains(Pid, Hall, 1));
    }

    [Fact]
    public async Task The_largest_rooms_come_first_and_equal_ones_by_their_ids()
    {
        await using var fixture = await CoreFixture.StartAsync();
        foreach (var (user, room) in new[] { (1, 30), (2, 30), (3, 10), (4, 20), (4, 20), (5, 40) })
            await fixture.SitAsync(user, room: room);
        var guest = fixture.Come(9, sitsAlone: false);
        await fixture.Core.Rooms.EnterAsync(fixture.Project, guest.Presence!, 40);
        await fixture.Core.Rooms.EnterAsync(fixture.Project, guest.Presence!, 10);
        await fixture.SitAsync(6, room: 10);
        Assert.Equal([(10, 3), (20, 2), (30, 2), (40, 2)], fixture.Core.Rooms.GetLargest(Pid, 10));
        Assert.Equal([(10, 3), (20, 2)], fixture.Core.Rooms.GetLargest(Pid, 2));
        Assert.Empty(fixture.Core.Rooms.GetLargest(2000, 2));
    }

    [Fact]
    public void Seats_follow_the_rule_whatever_comes_and_goes()
    {
        var random = new Random(1);
        var room = new Room(Hall);
        var seats = new List<Seat>();
        var project = new Core.Projects.Project { Id = Pid, Secret = "s" };
        var model = new SortedDictionary<int, int>();
        for (var round = 0; round < 20_000; round++)
        {
            var capacity = 1 + (round / 2000 % 7);
            var isGrowing = round / 500 % 2 == 0;
            if (seats.Count == 0 || random.Next(10) < (isGrowing ? 8 : 2))
            {
                var seat = room.AddSeat(new SeatSession(project, random.Next(50), true), capacity);
                var expected = model.GetValueOrDefault(0) < capacity ? 0
                    : model.Where(group => group.Value < capacity).OrderBy(group => group.Value).ThenBy(group => group.Key)
                        .Select(group => (int?)group.Key).FirstOrDefault()
                    ?? Enumerable.Range(0, int.MaxValue).First(number => !model.ContainsKey(number));
                Assert.Equal(expected, seat.SubGroup.Number);
                model[expected] = model.GetValueOrDefault(expected) + 1;
                seats.Add(seat);
            }
            else
            {
                var index = random.Next(seats.Count);
                var seat = seats[index];
                seats.RemoveAt(index);
                room.RemoveSeat(seat);
                if (--model[seat.SubGroup.Number] == 0)
                    model.Remove(seat.SubGroup.Number);
            }
            if (round % 50 == 0)
            {
                Assert.Equal(model.Select(group => (group.Key, group.Value)), room.ListSubGroups());
                CheckSeated(room, seats);
            }
        }
    }

    private static void CheckSeated(Room room, List<Seat> seats)
    {
        var seated = new List<long>();
        foreach (var subGroup in room.SubGroups)
        {
            foreach (var session in subGroup.Sessions)
            {
                if (session is not null)
                    seated.Add(session.Id);
            }
        }
        Assert.Equal(seats.Select(seat => seat.Session.Id).Order(), seated.Order());
        Assert.Equal(seats.Count, room.SeatCount);
        Assert.Equal(seats.Select(seat => seat.Session.UserId).Distinct().Count(), room.UserCount);
    }
}
