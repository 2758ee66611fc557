using Parley.Core.Moderation;
using Parley.Core.Rooms;
using Parley.Core.Tests.Support;
using static Parley.Core.Tests.Rooms.RoomWorld;

namespace Parley.Core.Tests.Rooms;

/// <summary>What owners and the operator do with rooms (beehive.md §3.6, §10.4).</summary>
public sealed class RoomModerationTests
{
    private const long Pid = CoreFixture.Pid;

    [Fact]
    public async Task Rooms_are_made_under_ids_of_which_nothing_is_known_and_outlive_a_restart()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        await fixture.SitAsync(5, room: 1_000_000_001);
        await rooms.BlacklistAsync(fixture.Project, 1_000_000_002, 9, true, Token);
        await rooms.SetInfoAsync(fixture.Project, 1_000_000_003, "o", null, Token);
        var speaker = await fixture.SitAsync(6, room: 1_000_000_004);
        await fixture.SayAsync(speaker, 1, room: 1_000_000_004);
        rooms.LeaveSeat(speaker, 1_000_000_004);

        Assert.Equal(1_000_000_000, await rooms.CreateAsync(fixture.Project, 1, "name", "about", Token));
        Assert.Equal(1_000_000_005, await rooms.CreateAsync(fixture.Project, 2, "", "", Token));
        Assert.Equal(new RoomRecord("name", "about", 1, false, 0), await rooms.GetAsync(fixture.Project, 1_000_000_000));
        Assert.Equal(RoomRecord.None, await rooms.GetAsync(fixture.Project, 4711));
        Assert.False(rooms.Contains(Pid, 1_000_000_000, 1));

        await fixture.RestartAsync();
        rooms = fixture.Core.Rooms;
        Assert.Equal(1_000_000_006, await rooms.CreateAsync(fixture.Project, 2, "", "", Token));
        Assert.Equal(new RoomRecord("name", "about", 1, false, 0), await rooms.GetAsync(fixture.Project, 1_000_000_000));
    }

    [Fact]
    public async Task A_closed_room_takes_everybody_out_lets_nobody_in_or_speak_and_stays_closed_over_a_restart()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var ann = await fixture.SitAsync(1);
        var ben = fixture.Come(2, sitsAlone: false);
        await fixture.Core.Rooms.EnterAsync(fixture.Project, ben.Presence!, Hall);
        await fixture.Core.Rooms.SetClosedAsync(fixture.Project, Hall, true, Token);
        Assert.Equal(("77", "77"), (ann.Lost, ben.Lost));
        Assert.Equal(0, fixture.Core.Rooms.CountSessions(Pid, Hall));
        await CheckClosedAsync();
        Assert.Equal(CoreError.NotInRoom, (await fixture.CallAsync(1, 1)).Error); // a back end is not bound by the door
        Assert.Empty(await fixture.Core.Rooms.GetBlacklistedAsync(fixture.Project, Hall, Token));

        await fixture.RestartAsync();
        (ann, ben) = (fixture.Come(1), fixture.Come(2, sitsAlone: false));
        await CheckClosedAsync();
        Assert.True((await fixture.Core.Rooms.GetAsync(fixture.Project, Hall)).IsClosed);
        await fixture.Core.Rooms.SetClosedAsync(fixture.Project, Hall, false, Token);
        Assert.Equal(CoreError.None, (await fixture.Core.Rooms.TakeSeatAsync(ann, Hall)).Error);
        Assert.Equal(CoreError.None, await fixture.Core.Rooms.EnterAsync(fixture.Project, ben.Presence!, Hall));
        Assert.Equal(CoreError.None, await fixture.SayAsync(ann, 2));

        async Task CheckClosedAsync()
        {
            Assert.Equal(new SeatResult(CoreError.RoomClosed, 0, false), await fixture.Core.Rooms.TakeSeatAsync(ann, Hall));
            Assert.Equal(CoreError.RoomClosed, await fixture.Core.Rooms.EnterAsync(fixture.Project, ben.Presence!, Hall));
            Assert.Equal(CoreError.RoomClosed, await fixture.SayAsync(ann, 3));
        }
    }

    [Fact]
    public async Task Opening_a_room_that_nobody_closed_leaves_no_trace()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await fixture.Core.Rooms.SetClosedAsync(fixture.Project, 1_000_000_000, false, Token);
        Assert.Equal(1_000_000_000, await fixture.Core.Rooms.CreateAsync(fixture.Project, 1, "", "", Token));
    }

    [Fact]
    public async Task The_owner_and_the_operator_kick_and_who_is_kicked_does_not_come_back()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        var room = await rooms.CreateAsync(fixture.Project, 1, "", "", Token);
        var owner = await fixture.SitAsync(1, room: room);
        var ben = await fixture.SitAsync(2, room: room);
        var again = await fixture.SitAsync(2, room: room);
        var cleo = await fixture.SitAsync(3, room: room);
        _ = (owner.Told(), ben.Told(), again.Told(), cleo.Told());

        Assert.Equal(CoreError.NotAllowed, await rooms.KickAsync(fixture.Project, room, 3, 2, Token));
        Assert.Equal(CoreError.NotAllowed, await rooms.KickAsync(fixture.Project, room, 1, 1, Token));
        Assert.Equal(CoreError.NotAllowed, await rooms.KickAsync(fixture.Project, Hall, 1, 2, Token)); // nobody owns it
        Assert.Equal(CoreError.InvalidId, await rooms.KickAsync(fixture.Project, room, 1, 0, Token));
        Assert.Equal(CoreError.InvalidId, await rooms.KickAsync(fixture.Project, 0, 0, 2, Token));
        Assert.Equal("", owner.Told());

        Assert.Equal(CoreError.None, await rooms.KickAsync(fixture.Project, room, 1, 2, Token));
        Assert.Equal(("1000000000", "1000000000", ""), (ben.Lost, again.Lost, cleo.Lost));
        Assert.Equal(("Kicked 2", "Kicked 2", "", ""), (owner.Told(), cleo.Told(), ben.Told(), again.Told()));
        Assert.Equal(CoreError.BannedInRoom, (await rooms.TakeSeatAsync(ben, room)).Error);
        Assert.Equal(CoreError.BannedInRoom, await rooms.EnterAsync(fixture.Project, ben.Presence!, room));
        Assert.Equal([2], await rooms.GetBlacklistedAsync(fixture.Project, room, Token));
        Assert.Equal(CoreError.None, await rooms.KickAsync(fixture.Project, room, 0, 1, Token));
        Assert.Equal([room], owner.LostRooms);
        Assert.Equal("Kicked 1", cleo.Told());
    }

    [Fact]
    public async Task Who_is_put_on_the_blacklist_is_out_at_once_and_who_is_taken_off_may_come_again()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        var ann = await fixture.SitAsync(1);
        var ben = await fixture.SitAsync(2);
        ann.Told();
        await rooms.BlacklistAsync(fixture.Project, Hall, 2, true, Token);
        await rooms.BlacklistAsync(fixture.Project, Hall, 5, true, Token); // not inside: nobody is told
        Assert.Equal([Hall], ben.LostRooms);
        Assert.Equal("Kicked 2", ann.Told());
        Assert.Equal([2, 5], await rooms.GetBlacklistedAsync(fixture.Project, Hall, Token));
        Assert.Equal(CoreError.BannedInRoom, (await rooms.TakeSeatAsync(ben, Hall)).Error);
        await rooms.BlacklistAsync(fixture.Project, Hall, 2, false, Token);
        Assert.Equal(CoreError.None, (await rooms.TakeSeatAsync(ben, Hall)).Error);

        await rooms.BlacklistAsync(fixture.Project, Hall, 0, true, Token);
        Assert.Equal(("77", "77, 77"), (ann.Lost, ben.Lost));
        Assert.Equal([0, 5], await rooms.GetBlacklistedAsync(fixture.Project, Hall, Token));
        await rooms.BlacklistAsync(fixture.Project, Hall, 0, false, Token);
        Assert.Empty(await rooms.GetBlacklistedAsync(fixture.Project, Hall, Token));
    }

    [Fact]
    public async Task A_gag_silences_one_or_everyone_but_the_owner()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        var room = await rooms.CreateAsync(fixture.Project, 1, "", "", Token);
        var owner = await fixture.SitAsync(1, room: room);
        var ben = await fixture.SitAsync(2, room: room);
        var cleo = await fixture.SitAsync(3, room: room);
        Assert.Equal([CoreError.None, CoreError.None, CoreError.None], await SpeakAsync(10));
        await rooms.GagAsync(fixture.Project, room, 2, true, Token);
        Assert.Equal([CoreError.None, CoreError.BannedInRoom, CoreError.None], await SpeakAsync(20));
        await rooms.GagAsync(fixture.Project, room, 0, true, Token);
        Assert.Equal([CoreError.None, CoreError.BannedInRoom, CoreError.BannedInRoom], await SpeakAsync(30));
        await rooms.GagAsync(fixture.Project, room, 1, true, Token);
        Assert.Equal([CoreError.BannedInRoom, CoreError.BannedInRoom, CoreError.BannedInRoom], await SpeakAsync(40));
        Assert.Equal([0, 1, 2], await rooms.GetGaggedAsync(fixture.Project, room, Token));
        Assert.Empty(await rooms.GetBlacklistedAsync(fixture.Project, room, Token));
        await rooms.GagAsync(fixture.Project, room, 1, false, Token);
        Assert.Equal([CoreError.None, CoreError.BannedInRoom, CoreError.BannedInRoom], await SpeakAsync(50));
        await rooms.GagAsync(fixture.Project, room, 0, false, Token);
        Assert.Equal([CoreError.None, CoreError.None, CoreError.None], await SpeakAsync(60));
        Assert.Empty(await rooms.GetGaggedAsync(fixture.Project, room, Token));
        Assert.Equal(3, rooms.CountSessions(Pid, room));

        async Task<CoreError[]> SpeakAsync(long mid) =>
        [
            await fixture.SayAsync(owner, mid, 0, room), await fixture.SayAsync(ben, mid, 0, room), await fixture.SayAsync(cleo, mid, 0, room),
        ];
    }

    [Fact]
    public async Task Lists_name_only_those_whose_ban_holds()
    {
        var time = new Parley.Testing.ManualTimeProvider();
        await using var fixture = await CoreFixture.StartAsync(time: time);
        var place = BanPlace.Room(Hall);
        await fixture.Core.Bans.BanAsync(fixture.Project, place, BanKind.Speak, 9, 60, Token);
        await fixture.Core.Bans.BanAsync(fixture.Project, place, BanKind.Speak, 4, 0, Token);
        Assert.Equal([4, 9], await fixture.Core.Rooms.GetGaggedAsync(fixture.Project, Hall, Token));
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal([4], await fixture.Core.Rooms.GetGaggedAsync(fixture.Project, Hall, Token));
    }

    [Fact]
    public async Task A_dismissed_room_is_forgotten_and_its_owner_or_the_operator_does_it()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        var room = await rooms.CreateAsync(fixture.Project, 1, "name", "", Token);
        var ann = await fixture.SitAsync(1, room: room);
        var ben = fixture.Come(2, sitsAlone: false);
        await rooms.EnterAsync(fixture.Project, ben.Presence!, room);
        await rooms.BlacklistAsync(fixture.Project, room, 3, true, Token);
        await rooms.SetCapacityAsync(fixture.Project, room, 1, Token);
        await rooms.NextBroadcastAsync(fixture.Project, room, Token);
        await rooms.KeepBroadcastAsync(fixture.Project, room, 1, 1, long.MaxValue, Token);

        Assert.Equal(CoreError.NotAllowed, await rooms.DismissAsync(fixture.Project, room, 2, Token));
        Assert.Equal(CoreError.InvalidId, await rooms.DismissAsync(fixture.Project, 0, 0, Token));
        Assert.Empty(ann.LostRooms);
        Assert.Equal(CoreError.None, await rooms.DismissAsync(fixture.Project, room, 1, Token));
        Assert.Equal(("1000000000", "1000000000"), (ann.Lost, ben.Lost));
        Assert.Equal(RoomRecord.None, await rooms.GetAsync(fixture.Project, room));
        Assert.Empty(await rooms.GetBlacklistedAsync(fixture.Project, room, Token));
        Assert.Empty(await rooms.GetKeptBroadcastsAsync(fixture.Project, room, 0, Token));
        Assert.Equal(0, rooms.Count);
        Assert.Equal(CoreError.NotAllowed, await rooms.DismissAsync(fixture.Project, room, 1, Token));
        Assert.Equal(CoreError.None, await rooms.DismissAsync(fixture.Project, room, 0, Token));
        Assert.Equal(CoreError.None, (await rooms.TakeSeatAsync(ann, room)).Error);
    }
}
