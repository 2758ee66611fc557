using Parley.Core.Groups;
using Parley.Core.Messaging;
using Parley.Core.Moderation;
using Parley.Core.Tests.Support;
using Parley.Testing;

namespace Parley.Core.Tests.Groups;

/// <summary>A core with a group: its owner, a manager, two members, and somebody outside, all online.</summary>
internal sealed class GroupWorld : IAsyncDisposable
{
    public const long Owner = 10;
    public const long Manager = 4;
    public const long Ann = 3;
    public const long Ben = 2;
    public const long Outsider = 1;
    public const long Operator = 0;
    public const long Unknown = 4711;

    private readonly Dictionary<long, FakeSession> _sessions = [];
    private long _mid;

    private GroupWorld(CoreFixture fixture, ManualTimeProvider time)
    {
        Fixture = fixture;
        Time = time;
    }

    public CoreFixture Fixture { get; }

    public ManualTimeProvider Time { get; }

    public long Gid { get; private set; }

    public GroupDirectory Groups => Fixture.Core.Groups;

    public GroupModeration Moderation => Fixture.Core.GroupModeration;

    public static CancellationToken None => CancellationToken.None;

    /// <summary>Members join in the order owner, Ann, Ben, manager, a second apart.</summary>
    public static async Task<GroupWorld> StartAsync(int projectMembers = 0)
    {
        var time = new ManualTimeProvider();
        var settings = new Core.Projects.ProjectSettings();
        var world = new GroupWorld(
            await CoreFixture.StartAsync(projectMembers > 0 ? settings with { GroupMembers = projectMembers } : settings, time: time), time);
        var (result, gid) = await world.Groups.CreateAsync(world.Fixture.Project, 0, Owner, "chess", "every friday", default, None);
        Assert.Equal(MembershipResult.Done, result);
        world.Gid = gid;
        foreach (var user in new[] { Ann, Ben, Manager })
        {
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(MembershipResult.Done, await world.JoinAsync(user));
        }
        Assert.Equal(CoreError.None, await world.Moderation.SetManagerAsync(world.Fixture.Project, gid, Owner, Manager, isManager: true, None));
        world.LoginAll();
        return world;
    }

    public FakeSession this[long user] => _sessions[user];

    public async Task RestartAsync()
    {
        await Fixture.RestartAsync();
        LoginAll();
    }

    public async Task<MembershipResult> JoinAsync(long user, GroupLimits limits = default) =>
        await Groups.JoinAsync(Fixture.Project, Gid, user, limits, None);

    public async Task<MembershipResult> LeaveAsync(long user) => await Groups.LeaveAsync(Fixture.Project, Gid, user, None);

    public async Task<CoreError> InviteAsync(long actor, long user, GroupLimits limits = default) =>
        await Moderation.InviteAsync(Fixture.Project, Gid, actor, user, limits, None);

    public async Task<CoreError> KickAsync(long actor, long user) => await Moderation.KickAsync(Fixture.Project, Gid, actor, user, None);

    public async Task<CoreError> GagAsync(long actor, long user, bool on = true) =>
        await Moderation.GagAsync(Fixture.Project, Gid, actor, user, on, None);

    public async Task<CoreError> BlacklistAsync(long actor, long user, bool on = true) =>
        await Moderation.BlacklistAsync(Fixture.Project, Gid, actor, user, on, None);

    public async Task<CoreError> SetManagerAsync(long actor, long user, bool on = true) =>
        await Moderation.SetManagerAsync(Fixture.Project, Gid, actor, user, on, None);

    public async Task<CoreError> AddAsync(long actor, params long[] users) =>
        await Groups.AddMembersAsync(Fixture.Project, Gid, actor, users, None);

    public async Task<CoreError> SayAsync(long user, SendAuthority authority = SendAuthority.User) =>
        (await Fixture.Core.Messenger.SendAsync(Fixture.ToGroup(user, Gid, ++_mid) with { Authority = authority })).Error;

    public async Task<Group?> GetAsync() => await Groups.GetAsync(Fixture.Project, Gid);

    public async Task<IReadOnlyList<long>> GaggedAsync() => await Moderation.GetGaggedAsync(Fixture.Project, Gid, None);

    public async Task<IReadOnlyList<long>> BlacklistedAsync() => await Moderation.GetBlacklistedAsync(Fixture.Project, Gid, None);

    /// <summary>Each of the users was told exactly this since the last look, and nobody else was told anything.</summary>
    public void AssertTold(long[] users, params string[] notices)
    {
        var wanted = string.Join(", ", notices.Select(notice => $"{notice} in {Gid}"));
        foreach (var (user, session) in _sessions)
            Assert.Equal((user, users.Contains(user) ? wanted : ""), (user, string.Join(", ", session.TakeGroupNotices())));
    }

    public ValueTask DisposeAsync() => Fixture.DisposeAsync();

    private void LoginAll()
    {
        foreach (var user in new[] { Owner, Manager, Ann, Ben, Outsider })
            _sessions[user] = Fixture.Login(user);
    }
}
