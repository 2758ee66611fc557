using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.GoIm;

/// <summary>Topics (goim-json §7, GI-007 to GI-011, §9, §15).</summary>
public sealed class TopicTests(GoImServer server, SmallGoImServer small, EagerGoImServer eager)
{
    [Fact]
    [CoversGoIm("GI-007", "GI-008", "GI-009", "GI-010")]
    public async Task GI_007_Topics_are_listed_in_the_order_of_joining()
    {
        await using var ann = await server.LoginAsync("ann");
        await using var ben = await server.LoginAsync("ben");
        Assert.Equal(["[]"], await ann.OkAsync("send_list_topic"));
        var topics = Enumerable.Range(0, 12).Select(i => GoImServer.NewId($"t\"{i}")).ToArray();
        foreach (var topic in topics)
            Assert.Equal([topic], await ben.OkAsync("send_create_topic", topic));
        var order = topics.Reverse().ToArray();
        await ann.SendAsync(order.SelectMany(topic => GoImPeer.Frame(GoImPeer.Request("send_join_topic", topic))).ToArray());
        foreach (var topic in order)
            Assert.Equal([topic], (await ann.NextAnswerAsync()).Obj);
        Assert.Equal([ListOf(order)], await ann.OkAsync("send_list_topic"));
        Assert.Equal([order[3]], await ann.OkAsync("send_leave_topic", order[3]));
        await ann.OkAsync("send_join_topic", order[3]);
        Assert.Equal([ListOf([.. order.Where((_, i) => i != 3), order[3]])], await ann.OkAsync("send_list_topic", "ignored"));
    }

    [Fact]
    [CoversGoIm("GI-008", "Topic already exists.", "Create topic failure.")]
    public async Task GI_008_A_topic_is_made_once_and_its_maker_is_a_member()
    {
        await using var ann = await server.LoginAsync("ann");
        await using var ben = await server.LoginAsync("ben");
        var topic = GoImServer.NewId("topic");
        Assert.Equal([topic], await ann.OkAsync("send_create_topic", topic));
        await ann.FailAsync("Topic already exists.", "send_create_topic", topic);
        await ben.FailAsync("Topic already exists.", "send_create_topic", topic);
        Assert.Equal([topic.ToUpperInvariant()], await ben.OkAsync("send_create_topic", topic.ToUpperInvariant())); // another one
        Assert.Equal([ListOf([topic])], await ann.OkAsync("send_list_topic"));
        await ann.OkAsync("send_create_topic", GoImServer.NewId("ü").PadRight(127, 'x'));
        await ann.FailAsync("Create topic failure.", "send_create_topic", GoImServer.NewId("ü").PadRight(128, 'x'));
    }

    [Fact]
    [CoversGoIm("GI-009", "Topic does not exist.", "You are already in the topic.")]
    public async Task GI_009_Anybody_joins_a_topic_that_exists_once_and_gets_no_history()
    {
        await using var ann = await server.LoginAsync("ann");
        await using var ben = await server.LoginAsync("ben");
        var topic = GoImServer.NewId("topic");
        await ben.FailAsync("Topic does not exist.", "send_join_topic", topic);
        await ben.FailAsync("Topic does not exist.", "send_join_topic", new string('t', 129));
        await ann.OkAsync("send_create_topic", topic);
        await ann.FailAsync("You are already in the topic.", "send_join_topic", topic);
        await ann.DoneAsync("send_message_topic", "before", topic);
        await ben.OkAsync("send_join_topic", topic);
        await ben.FailAsync("You are already in the topic.", "send_join_topic", topic);
        await ann.DoneAsync("send_message_topic", "after", topic);
        await ben.NextPushAsync("receive_message_topic", "after", topic, ann.Id);
        await using var again = await server.ReturnAsync(ben.Id);
        await again.ExpectNoPushAsync();
    }

    [Fact]
    [CoversGoIm("GI-009", "GI-012")]
    public async Task GI_009_Who_joins_while_others_speak_is_pushed_everything_from_then_on()
    {
        await using var ann = await server.LoginAsync("ann", acknowledges: false);
        for (var round = 0; round < 40; round++)
        {
            var topic = GoImServer.NewId("busy");
            await ann.OkAsync("send_create_topic", topic);
            await using var ben = await server.LoginAsync("ben", acknowledges: false);
            var speaking = SpeakAsync(ann, topic, round);
            await ben.OkAsync("send_join_topic", topic);
            await speaking;
            await ann.DoneAsync("send_message_topic", "last", topic);
            var live = await ReadToLastAsync(ben);
            // nothing was acknowledged, so all of it comes again, from the place at which ben joined
            await using var back = await server.ReturnAsync(ben.Id, acknowledges: false);
            Assert.Equal(await ReadToLastAsync(back), live);
        }

        static async Task SpeakAsync(GoImPeer peer, string topic, int round)
        {
            for (var i = 0; i < 30; i++)
                await peer.DoneAsync("send_message_topic", $"{round}/{i}", topic);
        }

        static async Task<List<string>> ReadToLastAsync(GoImPeer peer)
        {
            var texts = new List<string>();
            while (texts is [] || texts[^1] != "last")
                texts.Add((await peer.NextPushAsync()).Obj[0]);
            return texts;
        }
    }

    [Fact]
    [CoversGoIm("GI-009", "Exceed the maximum number", "You are already in the topic.")]
    public async Task GI_009_A_full_topic_takes_nobody_more()
    {
        await using var ann = await small.LoginAsync("ann");
        await using var ben = await small.LoginAsync("ben");
        await using var cid = await small.LoginAsync("cid");
        var topic = GoImServer.NewId("topic");
        await ann.OkAsync("send_create_topic", topic);
        await ben.OkAsync("send_join_topic", topic);
        await cid.FailAsync("Exceed the maximum number", "send_join_topic", topic);
        await ben.FailAsync("You are already in the topic.", "send_join_topic", topic); // looked at before
        await ben.OkAsync("send_leave_topic", topic);
        await cid.OkAsync("send_join_topic", topic);
    }

    [Fact]
    [CoversGoIm("GI-009", "Exceed the maximum number")]
    public async Task GI_009_Of_many_who_join_at_once_only_as_many_as_there_is_room_get_in()
    {
        await using var founder = await server.LoginAsync("founder");
        await using var own = await small.LoginAsync("own");
        var topic = GoImServer.NewId("topic");
        await own.OkAsync("send_create_topic", topic);
        var peers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => small.LoginAsync("crowd")));
        var answers = await Task.WhenAll(peers.Select(peer => peer.AskAsync("send_join_topic", topic)));
        Assert.Equal(1, answers.Count(answer => answer.Ok));
        Assert.Equal(7, answers.Count(answer => answer.Text == "Exceed the maximum number"));
        foreach (var peer in peers)
            await peer.DisposeAsync();
    }

    [Fact]
    [CoversGoIm("GI-008", "GI-009", "Create topic failure.", "Join topic failure.")]
    public async Task GI_008_GI_009_A_user_is_in_so_many_topics_and_no_more()
    {
        await using var ann = await small.LoginAsync("ann");
        await using var ben = await small.LoginAsync("ben");
        var topic = GoImServer.NewId("topic");
        await ben.OkAsync("send_create_topic", topic);
        string[] mine = [GoImServer.NewId("a"), GoImServer.NewId("b"), GoImServer.NewId("c")];
        foreach (var one in mine)
            await ann.OkAsync("send_create_topic", one);
        await ann.FailAsync("Create topic failure.", "send_create_topic", GoImServer.NewId("d"));
        await ann.FailAsync("Join topic failure.", "send_join_topic", topic);
        await ann.FailAsync("Topic already exists.", "send_create_topic", topic);
        await ann.OkAsync("send_leave_topic", mine[0]);
        await ann.OkAsync("send_join_topic", topic);
    }

    [Fact]
    [CoversGoIm("GI-009", "GI-012", "GI-022", "Join topic failure.", "Send message error.")]
    public async Task GI_009_GI_012_A_topic_takes_nobody_of_its_blacklist_and_a_closed_one_nobody_and_no_message()
    {
        var (picky, closed) = ($"{RtmWorld.PickyGroup}", $"{RtmWorld.ClosedGroup}");
        await using var free = await server.ReturnAsync($"{RtmWorld.Free}"); // a member of both
        await using var gagged = await server.ReturnAsync($"{RtmWorld.Gagged}"); // on the blacklist of one
        await using var ann = await server.LoginAsync("ann");
        await gagged.FailAsync("Join topic failure.", "send_join_topic", picky);
        await gagged.FailAsync("You were not in this topic.", "send_message_topic", "x", picky);
        await ann.OkAsync("send_join_topic", picky);
        await ann.FailAsync("Join topic failure.", "send_join_topic", closed);
        await free.FailAsync("You are already in the topic.", "send_join_topic", closed);
        await free.FailAsync("Send message error.", "send_message_topic", "x", closed);
        await free.FailAsync("Send message error.", "send_notify_topic", "x", closed);
        await free.DoneAsync("send_message_topic", "y", picky);
        await ann.NextPushAsync("receive_message_topic", "y", picky);
    }

    [Fact]
    [CoversGoIm("GI-010", "Not exists topic name", "You were not in this topic.")]
    public async Task GI_010_Members_leave_the_founder_too_and_an_empty_topic_vanishes()
    {
        await using var ann = await server.LoginAsync("ann");
        await using var ben = await server.LoginAsync("ben");
        var topic = GoImServer.NewId("topic");
        await ann.FailAsync("Not exists topic name", "send_leave_topic", topic);
        await ann.FailAsync("Not exists topic name", "send_leave_topic", new string('t', 129));
        await ann.OkAsync("send_create_topic", topic);
        await ben.FailAsync("You were not in this topic.", "send_leave_topic", topic);
        await ben.OkAsync("send_join_topic", topic);
        Assert.Equal([topic], await ann.OkAsync("send_leave_topic", topic)); // the founder
        await ann.FailAsync("You were not in this topic.", "send_message_topic", "x", topic);
        await ben.DoneAsync("send_message_topic", "still here", topic);
        await ben.NextPushAsync("receive_message_topic", "still here");
        await ben.OkAsync("send_leave_topic", topic);
        await ben.FailAsync("Not exists topic name", "send_leave_topic", topic);
        await ben.FailAsync("Topic does not exist.", "send_join_topic", topic);
        Assert.Equal(["[]"], await ben.OkAsync("send_list_topic"));
        await ben.OkAsync("send_create_topic", topic); // the id is free again
        Assert.Equal([topic, MembersOf((ben.Id, true))], await ben.OkAsync("send_topic_members_list", topic));
    }

    [Fact]
    [CoversGoIm("GI-010")]
    public async Task GI_010_Who_leaves_gets_nothing_more_of_the_topic_not_even_what_waits()
    {
        await using var ann = await eager.LoginAsync("ann");
        await using var ben = await eager.LoginAsync("ben", acknowledges: false);
        var topic = GoImServer.NewId("topic");
        await ann.OkAsync("send_create_topic", topic);
        await ben.OkAsync("send_join_topic", topic);
        await ann.DoneAsync("send_message_topic", "one", topic);
        await ben.NextPushAsync("receive_message_topic", "one", topic, ann.Id);
        await ben.OkAsync("send_leave_topic", topic);
        await ben.SettleAsync(); // it may have come again before
        await ann.DoneAsync("send_message_topic", "two", topic);
        Assert.Null(await ben.TryNextPushAsync(TimeSpan.FromSeconds(1.5))); // neither again nor anew
        await using var back = await eager.ReturnAsync(ben.Id);
        await back.ExpectNoPushAsync();
        await back.OkAsync("send_join_topic", topic);
        await using var again = await eager.ReturnAsync(ben.Id);
        await again.ExpectNoPushAsync();
    }

    [Fact]
    [CoversGoIm("GI-010")]
    public async Task GI_010_The_undelivered_messages_of_a_topic_vanish_with_it()
    {
        await using var ann = await server.LoginAsync("ann", acknowledges: false);
        var topic = GoImServer.NewId("topic");
        await ann.OkAsync("send_create_topic", topic);
        await ann.DoneAsync("send_message_topic", "of the first", topic);
        await ann.NextPushAsync("receive_message_topic", "of the first");
        await ann.OkAsync("send_leave_topic", topic);
        await ann.OkAsync("send_create_topic", topic);
        await using var back = await server.ReturnAsync(ann.Id);
        await back.ExpectNoPushAsync();
        await back.DoneAsync("send_message_topic", "of the second", topic);
        await back.NextPushAsync("receive_message_topic", "of the second");
    }

    [Fact]
    [CoversGoIm("GI-011", "Not exists topic name", "You were not in this topic.")]
    public async Task GI_011_Members_see_who_is_in_the_topic_and_who_is_online()
    {
        await using var ann = await server.LoginAsync("a\"nn");
        var ben = await server.LoginAsync("ben");
        await using var other = await server.LoginAsync("other");
        var topic = GoImServer.NewId("topic");
        await ann.FailAsync("Not exists topic name", "send_topic_members_list", topic);
        await ann.OkAsync("send_create_topic", topic);
        await other.FailAsync("You were not in this topic.", "send_topic_members_list", topic);
        await ben.OkAsync("send_join_topic", topic);
        Assert.Equal([topic, MembersOf((ann.Id, true), (ben.Id, true))], await ben.OkAsync("send_topic_members_list", topic));
        await ben.DoneAsync("send_logout");
        await ben.DisposeAsync();
        var answer = await ann.AskAsync("send_topic_members_list", topic);
        Assert.Equal([topic, MembersOf((ann.Id, true), (ben.Id, false))], answer.Obj);
        Assert.Contains("{\\\"Client\\\":\\\"a\\\\\\\"nn", answer.Raw, StringComparison.Ordinal); // escaped twice
    }

    [Fact]
    [CoversGoIm("GI-011", "GI-014")]
    public async Task GI_011_GI_014_With_CompatMemberKeys_the_lists_carry_the_later_names_too()
    {
        await using var ann = await small.LoginAsync("ann");
        await using var ben = await small.LoginAsync("ben");
        var topic = GoImServer.NewId("topic");
        await ann.OkAsync("send_create_topic", topic);
        Assert.Equal($$"""[{"Client":"{{ann.Id}}","Alive":true,"ClientID":"{{ann.Id}}"}]""", (await ann.OkAsync("send_topic_members_list", topic))[1]);
        await ann.OkAsync("send_add_friend", ben.Id);
        Assert.Equal(
            [$$"""[{"client":"{{ben.Id}}","alive":true,"ClientID":"{{ben.Id}}","Alive":true}]"""], await ann.OkAsync("send_view_friends"));
    }

    [Fact]
    [CoversGoIm("GI-011", "error.")]
    public async Task GI_011_A_list_that_does_not_fit_in_a_frame_is_an_error()
    {
        await using var own = await GoImServer.StartAsync(("GoIm:RequestsPerSecond", "0"));
        var door = own.Endpoints["GoImMessage"];
        await using (var ann = await GoImPeer.LoginAsync(door, "ann"))
        {
            var topic = "t";
            await ann.OkAsync("send_create_topic", topic);
            var count = 1;
            while ((await ann.AskAsync("send_topic_members_list", topic)) is { Ok: true } answer)
            {
                var perMember = count == 1 ? 200 : answer.Length / count;
                for (var i = Math.Max(1, (65_535 - answer.Length) / (perMember + 20)); i > 0; i--)
                {
                    await using var one = await GoImPeer.LoginAsync(door, count++.ToString().PadLeft(128, 'm'));
                    await one.OkAsync("send_join_topic", topic);
                }
                Assert.InRange(count, 1, 499);
            }
            await ann.FailAsync("error.", "send_topic_members_list", topic);
            Assert.InRange(count, 300, 499);
        }
        await RtmServer.EndAsync(own);
    }

    private static string ListOf(IEnumerable<string> topics) =>
        $"[{string.Join(',', topics.Select(topic => $"\"{topic.Replace("\"", "\\\"", StringComparison.Ordinal)}\""))}]";

    private static string MembersOf(params (string Id, bool IsAlive)[] members) =>
        $"[{string.Join(',', members.Select(member => $$"""{"Client":"{{member.Id.Replace("\"", "\\\"", StringComparison.Ordinal)}}","Alive":{{(member.IsAlive ? "true" : "false")}}}"""))}]";
}
