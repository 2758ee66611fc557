using Parley.Core.Sessions;
using Parley.Core.Tests.Support;

namespace Parley.Core.Tests.Sessions;

public sealed class SessionRegistryTests
{
    [Fact]
    public async Task A_new_login_replaces_the_older_one_and_the_user_stays_online()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var first = fixture.Login(1);
        var second = fixture.Login(1);
        Assert.Equal([SessionEnd.Replaced], first.Ends);
        Assert.Empty(second.Ends);
        fixture.Core.Sessions.Close(first);
        Assert.True(fixture.Core.Sessions.IsOnline(CoreFixture.Pid, 1));
        fixture.Core.Sessions.Close(second);
        fixture.Core.Sessions.Close(second);
        Assert.False(fixture.Core.Sessions.IsOnline(CoreFixture.Pid, 1));
        Assert.Equal(0, fixture.Core.Sessions.Count);
    }

    [Fact]
    public async Task With_several_logins_allowed_sessions_live_side_by_side_and_one_can_be_ended_by_its_endpoint()
    {
        await using var fixture = await CoreFixture.StartAsync(new() { MultiLogin = true });
        var first = fixture.Login(1, endpoint: "127.0.0.1:1");
        var second = fixture.Login(1, endpoint: "127.0.0.1:2");
        Assert.Empty(first.Ends);
        fixture.Core.Sessions.End(first.User, "127.0.0.1:2", SessionEnd.Kicked);
        Assert.Empty(first.Ends);
        Assert.Equal([SessionEnd.Kicked], second.Ends);
        fixture.Core.Sessions.End(first.User, endpoint: null, SessionEnd.Banned);
        Assert.Equal([SessionEnd.Banned], first.Ends);
    }

    [Fact]
    public async Task Online_users_come_in_the_order_asked_for()
    {
        await using var fixture = await CoreFixture.StartAsync();
        fixture.Login(1);
        fixture.Login(3);
        Assert.Equal([3, 1], fixture.Core.Sessions.WhoIsOnline(CoreFixture.Pid, [3, 2, 1]));
    }

    [Fact]
    public async Task Rooms_end_with_the_last_session_and_have_a_limit()
    {
        await using var fixture = await CoreFixture.StartAsync(new() { MultiLogin = true, RoomsPerUser = 2 });
        var first = fixture.Login(1);
        var second = fixture.Login(1);
        var rooms = fixture.Core.Rooms;
        Assert.Equal(CoreError.None, await rooms.EnterAsync(fixture.Project, first.Presence!, 5));
        Assert.Equal(CoreError.None, await rooms.EnterAsync(fixture.Project, first.Presence!, 5));
        Assert.Equal(CoreError.None, await rooms.EnterAsync(fixture.Project, second.Presence!, 6));
        Assert.Equal(CoreError.TooManyRooms, await rooms.EnterAsync(fixture.Project, first.Presence!, 7));
        Assert.Equal([5, 6], Core.Rooms.RoomDirectory.RoomsOf(first.Presence!));
        rooms.Expel(first.Presence!, 6);
        Assert.Equal([6], first.LostRooms);
        Assert.Equal([6], second.LostRooms);
        fixture.Core.Sessions.Close(first);
        Assert.True(rooms.Contains(CoreFixture.Pid, 5, 1));
        fixture.Core.Sessions.Close(second);
        Assert.False(rooms.Contains(CoreFixture.Pid, 5, 1));
        Assert.Equal(0, rooms.Count);
    }

    [Fact]
    public async Task A_login_is_checked_in_order_and_a_token_is_good_again_and_again()
    {
        await using var fixture = await CoreFixture.StartAsync(admins: [99]);
        var logins = fixture.Core.Logins;
        var token = await fixture.Core.Tokens.IssueAsync(fixture.Project, 1, CancellationToken.None);
        Assert.Matches("^[0-9A-F]{32}$", token);
        Assert.Equal(CoreError.InvalidId, (await logins.CheckAsync(1, 1, token, CancellationToken.None)).Error);
        Assert.Equal(CoreError.InvalidId, (await logins.CheckAsync(CoreFixture.Pid, 0, token, CancellationToken.None)).Error);
        Assert.Equal(CoreError.AdminUser, (await logins.CheckAsync(CoreFixture.Pid, 99, token, CancellationToken.None)).Error);
        Assert.Equal(CoreError.BadToken, (await logins.CheckAsync(CoreFixture.Pid, 2, token, CancellationToken.None)).Error);
        Assert.Equal(CoreError.BadToken, (await logins.CheckAsync(CoreFixture.Pid, 1, "", CancellationToken.None)).Error);
        Assert.Equal(CoreError.None, (await logins.CheckAsync(CoreFixture.Pid, 1, token, CancellationToken.None)).Error);
        Assert.Equal(CoreError.None, (await logins.CheckAsync(CoreFixture.Pid, 1, token, CancellationToken.None)).Error);
        await fixture.Core.Bans.BanAsync(
            fixture.Project, Core.Moderation.BanPlace.Project, Core.Moderation.BanKind.Enter, 1, 60, CancellationToken.None);
        Assert.Equal(CoreError.BannedInProject, (await logins.CheckAsync(CoreFixture.Pid, 1, token, CancellationToken.None)).Error);
        await fixture.Core.Tokens.RevokeAsync(fixture.Project, 1, CancellationToken.None);
        Assert.Equal(CoreError.BadToken, (await logins.CheckAsync(CoreFixture.Pid, 1, token, CancellationToken.None)).Error);
    }
}
