using Parley.Core.Messaging;
using Parley.Core.Pending;

namespace Parley.Storage.Conformance;

/// <summary>What users have acknowledged one by one.</summary>
public abstract class PendingConformance : StoreConformance
{
    private const long Me = 1;
    private const long Peer = 2;
    private const long GroupId = 77;

    private static readonly ConversationKey Pair = ConversationKey.PeerToPeer(Project, Me, Peer);
    private static readonly ConversationKey Group = ConversationKey.Group(Project, GroupId);

    [Fact]
    public async Task For_a_new_user_what_is_unread_is_pending()
    {
        await SayAsync(Pair, Peer, 5);
        await Store.Messages.AdvanceReadPositionsAsync([new(Pair, Me, 3)], Token);
        await Store.Pending.EnrolAsync(Project, Me, Token);

        Assert.Equal((3, 5), await OnlyAsync());

        await Store.Messages.AdvanceReadPositionsAsync([new(Pair, Me, 5)], Token);
        await Store.Pending.EnrolAsync(Project, Me, Token);
        Assert.Equal((3, 5), await OnlyAsync()); // enrolled before: reading is not acknowledging
    }

    [Fact]
    public async Task What_is_acknowledged_in_order_moves_the_floor()
    {
        await Store.Pending.EnrolAsync(Project, Me, Token);
        await SayAsync(Pair, Peer, 4);
        await AcknowledgeAsync((1, 1), (2, 2));
        Assert.Equal((2, 4), await OnlyAsync());
        await AcknowledgeAsync((1, 2), (2, 2), (3, 4));
        Assert.Empty(await AllAsync());
        await ReopenAsync();
        Assert.Empty(await AllAsync());
    }

    [Fact]
    public async Task What_is_acknowledged_out_of_order_waits_for_what_lies_before()
    {
        await Store.Pending.EnrolAsync(Project, Me, Token);
        await SayAsync(Pair, Peer, 9);
        await AcknowledgeAsync((3, 3), (5, 6), (5, 6), (8, 8));
        await ReopenAsync();

        var pending = Assert.Single(await AllAsync());
        Assert.Equal(0, pending.Floor);
        Assert.Equal([new(3, 3), new(5, 6), new(8, 8)], pending.Ahead);

        await AcknowledgeAsync((1, 2));
        pending = Assert.Single(await AllAsync());
        Assert.Equal(3, pending.Floor);
        Assert.Equal([new(5, 6), new(8, 8)], pending.Ahead);

        await AcknowledgeAsync((4, 4), (9, 9), (7, 7));
        Assert.Empty(await AllAsync());
    }

    [Fact]
    public async Task Nothing_beyond_the_newest_message_is_acknowledged()
    {
        await Store.Pending.EnrolAsync(Project, Me, Token);
        await SayAsync(Pair, Peer, 1);
        await AcknowledgeAsync((1, 100));
        await SayAsync(Pair, Peer, 1);

        Assert.Equal((1, 2), await OnlyAsync());
        await Store.Pending.AcknowledgeAsync([new(ConversationKey.PeerToPeer(Project, Me, 99), Me, 1, 5)], Token); // nothing was said there
    }

    [Fact]
    public async Task Own_messages_do_not_acknowledge_what_came_before()
    {
        await Store.Pending.EnrolAsync(Project, Me, Token);
        await SayAsync(Pair, Peer, 2);
        await SayAsync(Pair, Me, 1);

        Assert.Equal((0, 3), await OnlyAsync());
    }

    [Fact]
    public async Task In_a_group_pending_begins_at_joining_and_ends_with_leaving()
    {
        await Store.Pending.EnrolAsync(Project, Me, Token);
        await JoinAsync(Peer);
        await SayAsync(Group, Peer, 3);
        await JoinAsync(Me);
        Assert.Empty(await AllAsync());
        await SayAsync(Group, Peer, 2);
        Assert.Equal((3, 5), await OnlyAsync());

        await Store.Pending.AcknowledgeAsync([new(Group, Me, 4, 4)], Token);
        Assert.Equal((4, 5), await OnlyAsync());

        await Store.Groups.RemoveMembersAsync(Project, GroupId, [Me], sparesOwner: false, Token);
        Assert.Empty(await AllAsync());
        await SayAsync(Group, Peer, 1);
        await JoinAsync(Me);
        Assert.Empty(await AllAsync());
        await SayAsync(Group, Peer, 1);
        Assert.Equal((6, 7), await OnlyAsync());
        await Store.Pending.AcknowledgeAsync([new(Group, Me, 7, 7)], Token);
        Assert.Empty(await AllAsync());
    }

    [Fact]
    public async Task Each_user_and_project_has_its_own()
    {
        await Store.Pending.EnrolAsync(Project, Me, Token);
        await Store.Pending.EnrolAsync(Project, Peer, Token);
        await SayAsync(Pair, Peer, 1);
        await SayAsync(Pair, Me, 1);
        await SayAsync(ConversationKey.PeerToPeer(OtherProject, Me, Peer), Peer, 1);
        await AcknowledgeAsync((1, 2));

        Assert.Empty(await AllAsync());
        Assert.Single(await Store.Pending.GetAsync(Project, Peer, Token));
        Assert.Single(await Store.Pending.GetAsync(OtherProject, Me, Token));
    }

    [Fact]
    public async Task One_after_the_other_beyond_a_gap_they_stay_one_range()
    {
        await Store.Pending.EnrolAsync(Project, Me, Token);
        await SayAsync(Pair, Peer, 9);
        for (var sequence = 2; sequence <= 6; sequence++)
            await AcknowledgeAsync((sequence, sequence));
        await AcknowledgeAsync((4, 5), (8, 8), (5, 7));
        Assert.Equal([new(2, 7), new(8, 8)], Assert.Single(await AllAsync()).Ahead);
        await AcknowledgeAsync((1, 1));
        Assert.Equal(8, Assert.Single(await AllAsync()).Floor);
    }

    [Fact]
    public async Task Any_order_of_acknowledging_ends_with_nothing_pending()
    {
        await Store.Pending.EnrolAsync(Project, Me, Token);
        await SayAsync(Pair, Peer, 60);
        var random = new Random(11);
        var sequences = Enumerable.Range(1, 60).Select(sequence => (long)sequence).ToArray();
        random.Shuffle(sequences);
        var done = new HashSet<long>();
        foreach (var chunk in sequences.Chunk(7))
        {
            await AcknowledgeAsync([.. chunk.Select(sequence => (sequence, sequence))]);
            done.UnionWith(chunk);
            var pending = (await AllAsync()).SingleOrDefault();
            var open = Enumerable.Range(1, 60).Select(sequence => (long)sequence).Except(done);
            Assert.Equal(open, pending is null ? [] : OpenOf(pending));
        }
    }

    private static IEnumerable<long> OpenOf(PendingConversation pending)
    {
        for (var sequence = pending.Floor + 1; sequence <= pending.Head; sequence++)
        {
            if (!pending.Ahead.Any(range => range.From <= sequence && sequence <= range.To))
                yield return sequence;
        }
    }

    private async Task SayAsync(ConversationKey conversation, long sender, int count)
    {
        for (var i = 0; i < count; i++)
            await AppendAsync(Words(conversation, sender, Random.Shared.NextInt64()));
    }

    private async Task JoinAsync(long user) => await Store.Groups.AddMembersAsync(Project, GroupId, [user], 0, 0, Now, Token);

    private ValueTask AcknowledgeAsync(params (long From, long To)[] ranges) =>
        Store.Pending.AcknowledgeAsync([.. ranges.Select(range => new Acknowledgement(Pair, Me, range.From, range.To))], Token);

    private ValueTask<IReadOnlyList<PendingConversation>> AllAsync() => Store.Pending.GetAsync(Project, Me, Token);

    private async Task<(long Floor, long Head)> OnlyAsync()
    {
        var pending = Assert.Single(await AllAsync());
        return (pending.Floor, pending.Head);
    }
}
