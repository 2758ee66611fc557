using Parley.Core.Rooms;
using Parley.Core.Tests.Support;
using static Parley.Core.Tests.Rooms.RoomWorld;

namespace Parley.Core.Tests.Rooms;

/// <summary>Many at once: whatever happens, a session and its rooms agree on where it sits.</summary>
public sealed class RoomConcurrencyTests
{
    private const long Pid = CoreFixture.Pid;
    private const int Capacity = 5;

    [Fact]
    public async Task Sessions_and_rooms_agree_after_many_came_and_went_at_once()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        await rooms.SetCapacityAsync(fixture.Project, 0, Capacity, Token);
        var alive = new List<SeatSession>[8];
        await Task.WhenAll(Enumerable.Range(0, alive.Length).Select(worker =>
            Task.Run(async () => alive[worker] = await WanderAsync(fixture, new Random(worker)), Token)));

        var sessions = alive.SelectMany(list => list).ToList();
        CheckAgreement(rooms, sessions);
        foreach (var session in sessions)
            fixture.Core.Sessions.Close(session);
        Assert.Equal((0, 0), (rooms.Count, fixture.Core.Sessions.Count));
    }

    [Fact]
    public async Task Nobody_is_inside_after_a_room_was_closed_while_many_came()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        var seated = Enumerable.Range(1, 8).Select(user => fixture.Come(user)).ToArray();
        var shared = Enumerable.Range(11, 4).Select(user => fixture.Come(user, sitsAlone: false)).ToArray();
        for (var round = 0; round < 100; round++)
        {
            var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var coming = seated.Select(session => Task.Run(
                async () =>
                {
                    await start.Task;
                    return (await rooms.TakeSeatAsync(session, Hall)).Error;
                }, Token)).Concat(shared.Select(session => Task.Run(
                async () =>
                {
                    await start.Task;
                    return await rooms.EnterAsync(fixture.Project, session.Presence!, Hall);
                }, Token))).ToArray();
            start.SetResult();
            if (round % 2 == 0)
                await rooms.SetClosedAsync(fixture.Project, Hall, true, Token);
            else
                await rooms.BlacklistAsync(fixture.Project, Hall, 0, true, Token);
            var refusal = round % 2 == 0 ? CoreError.RoomClosed : CoreError.BannedInRoom;
            Assert.All(await Task.WhenAll(coming), error => Assert.Contains(error, new[] { CoreError.None, refusal }));
            Assert.Equal(0, rooms.CountSessions(Pid, Hall));
            Assert.Equal(0, rooms.Count);
            Assert.All(seated.Concat(shared), session => Assert.Empty(RoomDirectory.RoomsOf(session.Presence!)));
            await rooms.SetClosedAsync(fixture.Project, Hall, false, Token);
            await rooms.BlacklistAsync(fixture.Project, Hall, 0, false, Token);
        }
    }

    [Fact]
    public async Task Everybody_who_stays_hears_every_message_while_others_come_and_go()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var rooms = fixture.Core.Rooms;
        var stay = new List<SeatSession>();
        for (var user = 1; user <= 20; user++)
            stay.Add(await fixture.SitAsync(user));
        using var stop = new CancellationTokenSource();
        var churn = Enumerable.Range(0, 2).Select(worker => Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    var guests = Enumerable.Range(0, 30).Select(i => fixture.Come(1000 + (worker * 100) + i)).ToList();
                    foreach (var guest in guests)
                        await rooms.TakeSeatAsync(guest, Hall);
                    foreach (var guest in guests)
                        fixture.Core.Sessions.Close(guest);
                }
            }, Token)).ToArray();
        for (var mid = 1; mid <= 300; mid++)
            Assert.Equal(CoreError.None, await fixture.SayAsync(stay[mid % stay.Count], mid, subGroup: 0));
        await stop.CancelAsync();
        await Task.WhenAll(churn);
        foreach (var session in stay)
            Assert.Equal(Enumerable.Range(1, 300).Select(mid => (long)mid), await session.HeardUntilAsync(300));
        Assert.Equal([(0, 20)], rooms.SubGroupsOf(Pid, Hall));
    }

    private static async Task<List<SeatSession>> WanderAsync(CoreFixture fixture, Random random)
    {
        var rooms = fixture.Core.Rooms;
        var sessions = new List<SeatSession>();
        for (var step = 0; step < 2500; step++)
        {
            if (sessions.Count < 10)
                sessions.Add(fixture.Come(random.Next(1, 6), sitsAlone: random.Next(2) == 0));
            var session = sessions[random.Next(sessions.Count)];
            var room = random.Next(1, 4);
            switch (random.Next(9))
            {
                case 0 or 1 or 2:
                    if ((await rooms.TakeSeatAsync(session, room)).IsNew && random.Next(3) > 0)
                        rooms.Announce(session, room);
                    break;
                case 3:
                    rooms.LeaveSeat(session, room);
                    break;
                case 4:
                    await rooms.EnterAsync(fixture.Project, session.Presence!, room);
                    break;
                case 5:
                    rooms.Leave(session.Presence!, room);
                    break;
                case 6:
                    sessions.Remove(session);
                    fixture.Core.Sessions.Close(session);
                    break;
                case 7 when random.Next(5) == 0:
                    rooms.Expel(session.Presence!, room);
                    break;
                case 8 when random.Next(50) == 0:
                    await rooms.SetClosedAsync(fixture.Project, room, true, Token);
                    await rooms.SetClosedAsync(fixture.Project, room, false, Token);
                    break;
                default:
                    _ = rooms.MembersOf(Pid, room).Length + rooms.GetLargest(Pid, 3).Count;
                    break;
            }
        }
        return sessions;
    }

    private static void CheckAgreement(RoomDirectory rooms, List<SeatSession> sessions)
    {
        for (var room = 1L; room <= 3; room++)
        {
            var seated = sessions.Where(session => rooms.SubGroupOf(session, room) is not null).ToList();
            var expected = seated.GroupBy(session => rooms.SubGroupOf(session, room)!.Value).Select(group => (group.Key, group.Count())).Order();
            Assert.Equal(expected, rooms.SubGroupsOf(Pid, room));
            Assert.All(rooms.SubGroupsOf(Pid, room), group => Assert.InRange(group.Sessions, 1, Capacity));
            var users = sessions.Where(session => RoomDirectory.RoomsOf(session.Presence!).Contains(room))
                .Select(session => session.UserId).Distinct().Order().ToList();
            Assert.Equal(users, rooms.MembersOf(Pid, room).ToArray().Select(presence => presence.User.UserId).Order());
            Assert.Equal(users.Count, rooms.CountUsers(Pid, room));
            Assert.All(users, user => Assert.True(rooms.Contains(Pid, room, user)));
        }
    }
}
