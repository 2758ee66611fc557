using Parley.Core.Tests.Support;
using static Parley.Core.Tests.Rooms.RoomWorld;

namespace Parley.Core.Tests.Rooms;

/// <summary>Who is told of whom that comes and goes.</summary>
public sealed class RoomNoticeTests
{
    [Fact]
    public async Task A_room_is_told_of_a_new_seat_when_it_is_announced_and_of_its_end()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        await rooms.SetCapacityAsync(fixture.Project, Hall, 1, Token);
        var ann = await fixture.SitAsync(1, 0);
        Assert.Equal("Joined 1", ann.Told());
        var ben = fixture.Come(2);
        await rooms.TakeSeatAsync(ben, Hall);
        Assert.Equal(("", ""), (ann.Told(), ben.Told()));
        rooms.Announce(ben, Hall);
        rooms.Announce(ben, Hall);
        Assert.Equal(("Joined 2", "Joined 2"), (ann.Told(), ben.Told()));
        rooms.LeaveSeat(ann, Hall);
        rooms.LeaveSeat(ann, Hall);
        rooms.Announce(ann, Hall);
        Assert.Equal(("", "Left 1"), (ann.Told(), ben.Told()));
        Assert.Empty(ann.LostRooms);
    }

    [Fact]
    public async Task A_seat_that_was_not_announced_ends_in_silence()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var ann = await fixture.SitAsync(1);
        Assert.Equal("Joined 1", ann.Told());
        var ben = fixture.Come(2);
        await fixture.Core.Rooms.TakeSeatAsync(ben, Hall);
        fixture.Core.Rooms.LeaveSeat(ben, Hall);
        await fixture.Core.Rooms.TakeSeatAsync(ben, Hall);
        fixture.Core.Sessions.Close(ben);
        Assert.Equal("", ann.Told());
    }

    [Fact]
    public async Task Closing_a_session_frees_its_seats_and_tells_the_rooms_also_when_the_user_stays_online()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        var ann = await fixture.SitAsync(1);
        var far = await fixture.SitAsync(3, room: 8);
        var ben = await fixture.SitAsync(2);
        await rooms.TakeSeatAsync(ben, 8);
        rooms.Announce(ben, 8);
        var other = await fixture.SitAsync(2);
        Assert.Equal("Joined 1, Joined 2, Joined 2", ann.Told());
        fixture.Core.Sessions.Close(ben);
        fixture.Core.Sessions.Close(ben);
        Assert.Equal(("Left 2", "Joined 3, Joined 2, Left 2"), (ann.Told(), far.Told()));
        Assert.True(rooms.Contains(CoreFixture.Pid, Hall, 2));
        fixture.Core.Sessions.Close(other);
        Assert.Equal("Left 2", ann.Told());
        Assert.False(rooms.Contains(CoreFixture.Pid, Hall, 2));
    }

    [Fact]
    public async Task Users_inside_with_all_sessions_are_told_and_told_of()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        var ann = await fixture.SitAsync(1);
        var ben = fixture.Come(2, sitsAlone: false);
        var alone = fixture.Come(2);
        await rooms.EnterAsync(fixture.Project, ben.Presence!, Hall);
        await rooms.EnterAsync(fixture.Project, ben.Presence!, Hall);
        Assert.Equal(("Joined 1, Joined 2", "Joined 2", ""), (ann.Told(), ben.Told(), alone.Told()));
        rooms.Leave(ben.Presence!, Hall);
        rooms.Leave(ben.Presence!, Hall);
        Assert.Equal(("Left 2", ""), (ann.Told(), ben.Told()));
        await rooms.EnterAsync(fixture.Project, ben.Presence!, Hall);
        fixture.Core.Sessions.Close(ben);
        fixture.Core.Sessions.Close(alone);
        Assert.Equal("Joined 2, Left 2", ann.Told());
    }

    [Fact]
    public async Task A_room_where_nobody_sits_is_not_told()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var ann = fixture.Come(1, sitsAlone: false);
        var ben = fixture.Come(2, sitsAlone: false);
        await fixture.Core.Rooms.EnterAsync(fixture.Project, ann.Presence!, Hall);
        await fixture.Core.Rooms.EnterAsync(fixture.Project, ben.Presence!, Hall);
        fixture.Core.Rooms.Leave(ben.Presence!, Hall);
        Assert.Equal("", ann.Told());
    }

    [Fact]
    public async Task An_expelled_user_loses_everything_there_and_those_who_stay_are_told()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        var ann = await fixture.SitAsync(1);
        var seated = await fixture.SitAsync(2);
        var shared = fixture.Come(2, sitsAlone: false);
        var elsewhere = await fixture.SitAsync(2, room: 8);
        await rooms.EnterAsync(fixture.Project, shared.Presence!, Hall);
        ann.Told();
        rooms.Expel(shared.Presence!, Hall);
        rooms.Expel(shared.Presence!, Hall);
        Assert.Equal("Left 2, Left 2", ann.Told());
        Assert.Equal(("77", "77", ""), (seated.Lost, shared.Lost, elsewhere.Lost));
        Assert.Equal([8], Core.Rooms.RoomDirectory.RoomsOf(shared.Presence!));
        Assert.False(rooms.Contains(CoreFixture.Pid, Hall, 2));

        var alone = fixture.Come(2);
        await rooms.EnterAsync(fixture.Project, shared.Presence!, Hall);
        rooms.Expel(shared.Presence!, Hall);
        Assert.Equal(("77, 77", ""), (shared.Lost, alone.Lost));
    }

    [Fact]
    public async Task Rooms_beyond_the_limit_are_not_told()
    {
        await using var fixture = await CoreFixture.StartAsync(bounds: new() { RoomNoticeSessions = 3 });
        var rooms = fixture.Core.Rooms;
        var ann = await fixture.SitAsync(1);
        var guest = fixture.Come(2, sitsAlone: false);
        await rooms.EnterAsync(fixture.Project, guest.Presence!, Hall);
        var third = await fixture.SitAsync(3);
        Assert.Equal("Joined 1, Joined 2, Joined 3", ann.Told());
        var fourth = await fixture.SitAsync(4);
        await rooms.KickAsync(fixture.Project, Hall, 0, 99, Token);
        Assert.Equal(("", "", "Joined 2, Joined 3"), (ann.Told(), fourth.Told(), guest.Told()));
        var second = fixture.Come(2, sitsAlone: false);
        rooms.LeaveSeat(fourth, Hall); // four sessions stay
        Assert.Equal("", ann.Told());
        fixture.Core.Sessions.Close(second);
        rooms.LeaveSeat(third, Hall);
        Assert.Equal("Left 3", ann.Told());
    }

    [Fact]
    public async Task With_a_limit_of_0_nobody_is_told()
    {
        await using var fixture = await CoreFixture.StartAsync(bounds: new() { RoomNoticeSessions = 0 });
        var ann = await fixture.SitAsync(1);
        fixture.Core.Sessions.Close(await fixture.SitAsync(2));
        Assert.Equal("", ann.Told());
    }
}
