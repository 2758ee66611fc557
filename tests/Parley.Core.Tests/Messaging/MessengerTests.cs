using Parley.Core.Messaging;
using Parley.Core.Moderation;
using Parley.Core.Projects;
using Parley.Core.Relations;
using Parley.Core.Tests.Support;

namespace Parley.Core.Tests.Messaging;

public sealed class MessengerTests
{
    private const long Pid = CoreFixture.Pid;

    [Fact]
    public async Task The_sender_is_told_and_the_receiver_pushed_only_after_the_commit()
    {
        await using var fixture = await CoreFixture.StartAsync(isGated: true);
        var receiver = fixture.Login(2);
        fixture.Gate!.IsHolding = true;

        var sending = fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 7)).AsTask();
        await fixture.Gate.Committed.WaitAsync();
        Assert.False(sending.IsCompleted);
        Assert.Empty(receiver.Pushed());

        fixture.Gate.Release();
        var outcome = await sending;
        Assert.Equal(CoreError.None, outcome.Error);
        Assert.Equal(1, outcome.Sequence);
        Assert.Equal(outcome.Time, (await receiver.NextAsync()).Time);
    }

    [Fact]
    public async Task A_told_message_is_in_the_store_after_a_restart()
    {
        await using var fixture = await CoreFixture.StartAsync();
        for (var mid = 1; mid <= 50; mid++)
            Assert.Equal(mid, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, mid))).Sequence);

        await fixture.RestartAsync();

        var messages = await fixture.ReadAllAsync(ConversationKey.PeerToPeer(Pid, 1, 2));
        Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), messages.Select(message => message.MessageId));
    }

    [Fact]
    public async Task Sequences_are_dense_times_never_go_back_and_pushes_come_in_order_under_many_senders()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await fixture.Core.Groups.AddMembersAsync(fixture.Project, 9, [1, 2, 3, 4, 5], CancellationToken.None);
        var listener = fixture.Login(5);

        await Task.WhenAll(Enumerable.Range(1, 4).Select(async sender =>
        {
            for (var i = 0; i < 200; i++)
                Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToGroup(sender, 9, i))).Error);
        }));

        var stored = await fixture.ReadAllAsync(ConversationKey.Group(Pid, 9));
        Assert.Equal(Enumerable.Range(1, 800).Select(i => (long)i), stored.Select(message => message.Sequence));
        Assert.Equal(stored.Select(message => message.Time).Order(), stored.Select(message => message.Time));
        for (var sequence = 1; sequence <= 800; sequence++)
            Assert.Equal(sequence, (await listener.NextAsync()).Sequence);
    }

    [Fact]
    public async Task The_same_mid_of_the_same_sender_is_stored_and_pushed_once_also_after_a_restart()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var receiver = fixture.Login(2);
        var first = await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 7));
        var second = await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 7, "again"));
        Assert.Equal(first with { Error = CoreError.Duplicate, Position = 0 }, second);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(2, 1, 7))).Error);
        Assert.Equal(1, (await receiver.NextAsync()).Sequence);
        Assert.Empty(receiver.Pushed());

        await fixture.RestartAsync();
        Assert.Equal(CoreError.Duplicate, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 7))).Error);
        Assert.Equal(2, (await fixture.ReadAllAsync(ConversationKey.PeerToPeer(Pid, 1, 2))).Count);
    }

    [Fact]
    public async Task The_sending_session_is_not_told_and_other_sessions_of_the_sender_only_if_they_want_it()
    {
        await using var fixture = await CoreFixture.StartAsync(new() { MultiLogin = true });
        var origin = fixture.Login(1, hearsOwn: true);
        var curious = fixture.Login(1, hearsOwn: true);
        var plain = fixture.Login(1);
        var receiver = fixture.Login(2);

        await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 7, origin: origin));

        Assert.Equal(7, (await receiver.NextAsync()).MessageId);
        Assert.Equal(7, (await curious.NextAsync()).MessageId);
        Assert.Empty(origin.Pushed());
        Assert.Empty(plain.Pushed());
    }

    [Fact]
    public async Task Nothing_crosses_projects()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var other = new Project { Id = 2000, Secret = "s" };
        await fixture.Core.Projects.SaveAsync(other, CancellationToken.None);
        var stranger = new FakeSession(other, 2, "127.0.0.1:2", hearsOwn: false);
        fixture.Core.Sessions.Open(stranger);
        var receiver = fixture.Login(2);

        await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 7));

        await receiver.NextAsync();
        Assert.Empty(stranger.Pushed());
        Assert.Empty(await fixture.ReadAllAsync(ConversationKey.PeerToPeer(2000, 1, 2)));
    }

    [Theory]
    [InlineData(0, CoreError.InvalidType)]
    [InlineData(1, CoreError.None)]
    [InlineData(127, CoreError.None)]
    [InlineData(128, CoreError.InvalidType)]
    [InlineData(-1, CoreError.InvalidType)]
    public async Task Types_are_1_to_127(long type, CoreError expected)
    {
        await using var fixture = await CoreFixture.StartAsync();
        Assert.Equal(expected, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 7) with { Type = type })).Error);
    }

    [Theory]
    [InlineData(20480, 2048, CoreError.None)]
    [InlineData(20481, 0, CoreError.TooLarge)]
    [InlineData(1, 2049, CoreError.TooLarge)]
    public async Task Body_and_attributes_have_limits(int body, int attributes, CoreError expected)
    {
        await using var fixture = await CoreFixture.StartAsync();
        var request = fixture.ToPeer(1, 2, 7) with { Body = new byte[body], Attributes = new byte[attributes] };
        Assert.Equal(expected, (await fixture.Core.Messenger.SendAsync(request)).Error);
    }

    [Fact]
    public async Task A_blocked_sender_is_refused_until_unblocked()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await fixture.Core.Relations.AddAsync(fixture.Project, RelationKind.Block, 2, [1], CancellationToken.None);
        Assert.Equal(CoreError.Blocked, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 1))).Error);
        await fixture.Core.Relations.RemoveAsync(fixture.Project, RelationKind.Block, 2, [1], CancellationToken.None);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 2))).Error);
    }

    [Fact]
    public async Task With_friends_only_the_receiver_must_have_the_sender_as_friend()
    {
        await using var fixture = await CoreFixture.StartAsync(new() { FriendsOnly = true });
        Assert.Equal(CoreError.NotFriend, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 1))).Error);
        await fixture.Core.Relations.AddAsync(fixture.Project, RelationKind.Friend, 2, [1], CancellationToken.None);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 2))).Error);
        Assert.Equal(CoreError.NotFriend, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(2, 1, 3))).Error);
        var backEnd = fixture.ToPeer(2, 1, 4) with { Authority = SendAuthority.BackEnd };
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(backEnd)).Error);
    }

    [Fact]
    public async Task Only_members_who_may_speak_send_to_a_group_and_the_removed_hear_nothing()
    {
        await using var fixture = await CoreFixture.StartAsync(admins: [99]);
        Assert.Equal(CoreError.NotGroupMember, (await fixture.Core.Messenger.SendAsync(fixture.ToGroup(1, 9, 1))).Error);
        Assert.Equal(CoreError.EmptyGroup, (await fixture.Core.Messenger.SendAsync(fixture.ToGroup(99, 9, 1))).Error);
        await fixture.Core.Groups.AddMembersAsync(fixture.Project, 9, [1, 2, 3], CancellationToken.None);
        var removed = fixture.Login(3);
        var stays = fixture.Login(2);
        await fixture.Core.Groups.RemoveMembersAsync(fixture.Project, 9, [3], CancellationToken.None);
        await fixture.Core.Bans.BanAsync(fixture.Project, BanPlace.Group(9), BanKind.Speak, 1, 0, CancellationToken.None);
        Assert.Equal(CoreError.BannedInGroup, (await fixture.Core.Messenger.SendAsync(fixture.ToGroup(1, 9, 2))).Error);
        await fixture.Core.Bans.LiftAsync(fixture.Project, BanPlace.Group(9), BanKind.Speak, 1, CancellationToken.None);
        await fixture.Core.Bans.BanAsync(fixture.Project, BanPlace.Group(0), BanKind.Speak, 1, 0, CancellationToken.None);
        Assert.Equal(CoreError.BannedInGroup, (await fixture.Core.Messenger.SendAsync(fixture.ToGroup(1, 9, 3))).Error);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToGroup(99, 9, 4))).Error);

        Assert.Equal(4, (await stays.NextAsync()).MessageId);
        Assert.Empty(removed.Pushed());
    }

    [Fact]
    public async Task Only_those_inside_who_may_speak_send_to_a_room()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var one = fixture.Login(1);
        var two = fixture.Login(2);
        Assert.Equal(CoreError.NotInRoom, (await fixture.Core.Messenger.SendAsync(fixture.ToRoom(1, 5, 1, one))).Error);
        await fixture.Core.Rooms.EnterAsync(fixture.Project, one.Presence!, 5);
        await fixture.Core.Rooms.EnterAsync(fixture.Project, two.Presence!, 5);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToRoom(1, 5, 2, one))).Error);
        Assert.Equal(2, (await two.NextAsync()).MessageId);
        await fixture.Core.Bans.BanAsync(fixture.Project, BanPlace.Room(5), BanKind.Speak, 1, 60, CancellationToken.None);
        Assert.Equal(CoreError.BannedInRoom, (await fixture.Core.Messenger.SendAsync(fixture.ToRoom(1, 5, 3, one))).Error);
    }

    [Fact]
    public async Task Only_admins_broadcast_and_everybody_online_hears_it()
    {
        await using var fixture = await CoreFixture.StartAsync(admins: [99]);
        var one = fixture.Login(1);
        var request = fixture.ToPeer(1, 0, 1) with { Kind = ConversationKind.Broadcast };
        Assert.Equal(CoreError.AdminOnly, (await fixture.Core.Messenger.SendAsync(request)).Error);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(request with { Sender = 99 })).Error);
        Assert.Equal(99, (await one.NextAsync()).Sender);
    }

    [Fact]
    public async Task Words_are_refused_without_regard_to_case_and_back_ends_may_use_them()
    {
        await using var fixture = await CoreFixture.StartAsync(new() { SensitiveWords = ["dragon"] });
        Assert.Equal(CoreError.SensitiveWord, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 1, "a DRAGONfly"))).Error);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 2, "a butterfly"))).Error);
        var backEnd = fixture.ToPeer(1, 2, 3, "dragon") with { Authority = SendAuthority.BackEnd };
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(backEnd)).Error);
    }

    [Fact]
    public async Task A_flood_to_one_conversation_is_refused_and_others_go_on()
    {
        await using var fixture = await CoreFixture.StartAsync(new() { FloodMessages = 3, FloodWindowSeconds = 3600 });
        var one = fixture.Login(1);
        for (var mid = 1; mid <= 3; mid++)
            Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, mid, origin: one))).Error);
        Assert.Equal(CoreError.Flooding, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 4, origin: one))).Error);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 3, 5, origin: one))).Error);
    }

    [Fact]
    public async Task Who_has_no_session_floods_no_more_than_others_and_a_new_session_changes_nothing()
    {
        await using var fixture = await CoreFixture.StartAsync(new() { FloodMessages = 3, FloodWindowSeconds = 3600 });
        for (var mid = 1; mid <= 3; mid++)
            Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, mid))).Error);
        Assert.Equal(CoreError.Flooding, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 4))).Error);
        Assert.Equal(CoreError.Flooding, (await fixture.Core.Messenger.SendTransientAsync(fixture.ToPeer(1, 2, 5))).Error);
        Assert.Equal(CoreError.Flooding, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 6, origin: fixture.Login(1)))).Error);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 3, 7))).Error);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(3, 2, 8))).Error);
    }

    [Fact]
    public async Task The_pace_is_kept_of_so_many_users_and_of_those_who_spoke_last()
    {
        var floods = new FloodControl(users: 16);
        var conversation = ConversationKey.PeerToPeer(Pid, 1, 2);
        for (var user = 1; user <= 1000; user++)
        {
            Assert.True(await floods.TrySpeakAsync(new(Pid, user), conversation, 1, 3600, 0));
            Assert.False(await floods.TrySpeakAsync(new(Pid, user), conversation, 1, 3600, 0));
            Assert.InRange(floods.Count, 1, 16);
        }
    }

    [Fact]
    public async Task Words_are_looked_for_in_what_people_read_too()
    {
        await using var fixture = await CoreFixture.StartAsync(new() { SensitiveWords = ["dragon"] });
        var request = fixture.ToPeer(1, 2, 1, "{}") with { ReadableText = "a Dragonfly" };
        Assert.Equal(CoreError.SensitiveWord, (await fixture.Core.Messenger.SendAsync(request)).Error);
        Assert.Equal(CoreError.SensitiveWord, (await fixture.Core.Messenger.SendAsync(request with { IsBinary = true })).Error);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(request with { ReadableText = "a butterfly" })).Error);
    }

    [Fact]
    public async Task A_full_journal_refuses_rather_than_grows()
    {
        await using var fixture = await CoreFixture.StartAsync(isGated: true);
        fixture.Gate!.IsFull = true;
        Assert.Equal(CoreError.Busy, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 1))).Error);
    }

    [Fact]
    public async Task One_call_to_many_receivers_has_one_time_and_one_message_each()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var request = fixture.ToPeer(1, 0, 7);
        var outcome = await fixture.Core.Messenger.SendToManyAsync(request, [2, 3, 2, 1]);
        Assert.Equal(CoreError.None, outcome.Error);
        var toTwo = Assert.Single(await fixture.ReadAllAsync(ConversationKey.PeerToPeer(Pid, 1, 2)));
        var toThree = Assert.Single(await fixture.ReadAllAsync(ConversationKey.PeerToPeer(Pid, 1, 3)));
        Assert.Equal(outcome.Time, toTwo.Time);
        Assert.Equal(outcome.Time, toThree.Time);
        Assert.Equal(CoreError.ToSelf, (await fixture.Core.Messenger.SendToManyAsync(request, [1])).Error);
        Assert.Equal(CoreError.Empty, (await fixture.Core.Messenger.SendToManyAsync(request, [])).Error);
        Assert.Equal(CoreError.InvalidType, (await fixture.Core.Messenger.SendToManyAsync(request with { Type = 0 }, [])).Error);
        long[] most = [.. Enumerable.Range(10, 2000)];
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendToManyAsync(request with { MessageId = 8 }, most)).Error);
        Assert.Equal(CoreError.TooManyItems, (await fixture.Core.Messenger.SendToManyAsync(request, [.. most, 5000])).Error);
    }

    [Fact]
    public async Task Numbers_of_the_name_band_are_users_only_when_given_to_a_name()
    {
        await using var fixture = await CoreFixture.StartAsync();
        Assert.Equal(CoreError.InvalidId, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 9_000_000_000_000_000, 1))).Error);
        var aa = await fixture.Core.Names.GetOrAddAsync(Pid, "aa", CancellationToken.None);
        Assert.Equal(CoreError.None, (await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, aa, 2))).Error);
    }
}
