using Parley.Core.Listening;
using Parley.Core.Messaging;
using Parley.Core.Moderation;
using Parley.Core.Relations;
using Parley.Core.Tests.Listening;
using Parley.Core.Tests.MobilePush;
using Parley.Core.Tests.Support;
using Parley.Core.Users;

namespace Parley.Core.Tests.Messaging;

/// <summary>Messages that are said once and not stored, and messages that are spared checks.</summary>
public sealed class TransientTests
{
    private const long Pid = CoreFixture.Pid;
    private const long GroupId = 9;

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_transient_message_reaches_those_who_take_it_and_nothing_else_hears_of_it()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var sender = new FakePushSender();
        fixture.Core.UsePushSenders([sender], new());
        await fixture.Store.Users.AddDeviceAsync(Pid, 3, new Device("d", "ios", ""), None);
        var listener = new FakeListener(Pid);
        fixture.Core.Listeners.Change(listener, _ => ListenerFilter.Everything);
        await fixture.Core.Groups.AddMembersAsync(fixture.Project, GroupId, [1, 2, 3, 4], None);
        await fixture.Core.Inboxes.EnrolAsync(fixture.Project, 2, None);
        var takes = Open(fixture, 2, takes: true);
        var own = Open(fixture, 1, takes: true);
        var refuses = Open(fixture, 2, takes: false);
        var old = fixture.Login(4);

        var outcome = await fixture.Core.Messenger.SendTransientAsync(fixture.ToGroup(1, GroupId, 5));
        Assert.Equal((CoreError.None, 0L), (outcome.Error, outcome.Sequence));
        Assert.True(outcome.Time > 0);
        Assert.Equal((0, 5), await takes.NextAsync());
        Assert.Equal((0, 5), await own.NextAsync());
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendTransientAsync(fixture.ToPeer(1, 2, 5))).Error);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendTransientAsync(fixture.ToPeer(1, 2, 5))).Error); // no retry
        Assert.Equal([(0, 5), (0, 5)], [await takes.NextAsync(), await takes.NextAsync()]);

        var stored = await fixture.Core.Messenger.SendAsync(fixture.ToGroup(1, GroupId, 5));
        Assert.Equal((CoreError.None, 1L), (stored.Error, stored.Sequence));
        Assert.Equal((1, 5), await refuses.NextAsync()); // the stored one is the first that it hears
        Assert.Equal(1, (await old.NextAsync()).Sequence);
        Assert.Equal(1, (await listener.NextAsync()).Sequence); // the first that it hears
        await sender.NextAsync();
        Assert.Single(sender.Tokens);
        Assert.Empty(await fixture.ReadAllAsync(ConversationKey.PeerToPeer(Pid, 1, 2)));
    }

    [Fact]
    public async Task A_transient_message_passes_the_checks_of_any_other()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await fixture.Core.Groups.AddMembersAsync(fixture.Project, GroupId, [2], None);
        await BlockAsync(fixture, 2, 1);
        await fixture.Core.Relations.AddAsync(fixture.Project, RelationKind.Mute, 3, [1], None);
        var (ben, cid) = (Open(fixture, 2, takes: true), Open(fixture, 3, takes: true));

        Assert.Equal(CoreError.Blocked, (await fixture.Core.Messenger.SendTransientAsync(fixture.ToPeer(1, 2, 5))).Error);
        Assert.Equal(CoreError.NotGroupMember, (await fixture.Core.Messenger.SendTransientAsync(fixture.ToGroup(1, GroupId, 5))).Error);
        Assert.Equal(CoreError.InvalidType, (await fixture.Core.Messenger.SendTransientAsync(fixture.ToPeer(1, 3, 5) with { Type = 128 })).Error);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendTransientAsync(fixture.ToPeer(1, 3, 5))).Error); // muted: as if it were sent
        Assert.False(ben.HasMore || cid.HasMore);
    }

    [Fact]
    public async Task A_session_that_fails_does_not_fail_the_sender_of_a_transient_message()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var failing = new InboxSession(fixture.Project, 2) { Pushed = () => throw new InvalidOperationException("on purpose") };
        fixture.Core.Sessions.Open(failing);

        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendTransientAsync(fixture.ToPeer(1, 2, 5))).Error);
    }

    [Fact]
    public async Task A_block_does_not_stop_who_is_exempt()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await BlockAsync(fixture, 2, 1);
        var request = fixture.ToPeer(1, 2, 5);

        Assert.Equal(CoreError.Blocked, (await fixture.Core.Messenger.SendAsync(request)).Error);
        Assert.Equal(CoreError.Blocked, (await fixture.Core.Messenger.SendAsync(request with { Exemptions = SendExemptions.Membership })).Error);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(request with { Exemptions = SendExemptions.Blocks })).Error);
    }

    [Fact]
    public async Task Who_is_no_member_speaks_in_a_group_when_exempt_but_not_when_banned_or_where_nobody_is()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await fixture.Core.Groups.AddMembersAsync(fixture.Project, GroupId, [2, 3], None);
        await fixture.Core.Inboxes.EnrolAsync(fixture.Project, 1, None);
        var ben = Open(fixture, 2, takes: false);
        var request = fixture.ToGroup(1, GroupId, 5) with { Exemptions = SendExemptions.Membership };

        Assert.Equal(
            CoreError.NotGroupMember, (await fixture.Core.Messenger.SendAsync(request with { Exemptions = SendExemptions.Blocks })).Error);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(request)).Error);
        Assert.Equal((0, 5), await ben.NextAsync());
        Assert.Equal(0, (await fixture.Core.Inboxes.GetBoundsAsync(fixture.Project, 1, None)).Newest); // a sender who is no member gets no copy
        Assert.Equal(CoreError.EmptyGroup, (await fixture.Core.Messenger.SendAsync(request with { Target = 555 })).Error);
        await fixture.Core.Bans.BanAsync(fixture.Project, BanPlace.Group(GroupId), BanKind.Speak, 1, 0, None);
        Assert.Equal(CoreError.BannedInGroup, (await fixture.Core.Messenger.SendAsync(request with { MessageId = 6 })).Error);
    }

    private static InboxSession Open(CoreFixture fixture, long userId, bool takes)
    {
        var session = new InboxSession(fixture.Project, userId) { IsTransientTaken = takes };
        fixture.Core.Sessions.Open(session);
        return session;
    }

    private static async Task BlockAsync(CoreFixture fixture, long who, long whom) =>
        Assert.Equal(CoreError.None, await fixture.Core.Relations.AddAsync(fixture.Project, RelationKind.Block, who, [whom], None));
}
