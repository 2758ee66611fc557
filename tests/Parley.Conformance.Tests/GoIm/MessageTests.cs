using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.GoIm;

/// <summary>Saying something (goim-json §7, GI-004, GI-005, GI-012, GI-013, GI-020 to GI-023, §2.4).</summary>
public sealed class MessageTests(GoImServer server)
{
    [Theory]
    [CoversGoIm("GI-004", "GI-005", "GI-020", "GI-021")]
    [InlineData("message")]
    [InlineData("notify")]
    public async Task GI_004_GI_020_A_message_to_a_user_is_pushed_once_to_this_user_and_nobody_else(string kind)
    {
        await using var ann = await server.LoginAsync("ann");
        await using var ben = await server.LoginAsync("ben");
        await using var cid = await server.LoginAsync("cid");
        foreach (var content in new[] { "hello", "", "{\"cmd\":\"x\"}", "ü😀\n" })
        {
            await ann.DoneAsync($"send_{kind}_p2p", content, ben.Id);
            await ben.NextPushAsync($"receive_{kind}_p2p", content, ann.Id);
        }
        await ann.ExpectNoPushAsync();
        await ben.ExpectNoPushAsync();
        await cid.ExpectNoPushAsync();
    }

    [Theory]
    [CoversGoIm("GI-004", "GI-020")]
    [InlineData("message")]
    [InlineData("notify")]
    public async Task GI_004_GI_020_Who_is_offline_gets_it_at_the_next_login_and_who_writes_to_himself_at_once(string kind)
    {
        await using var ann = await server.LoginAsync("ann");
        var ben = await server.NewOfflineAsync();
        await ann.DoneAsync($"send_{kind}_p2p", "hello", ben);
        await ann.DoneAsync($"send_{kind}_p2p", "me", ann.Id);
        await ann.NextPushAsync($"receive_{kind}_p2p", "me", ann.Id);
        await using var back = await server.ReturnAsync(ben);
        await back.NextPushAsync($"receive_{kind}_p2p", "hello", ann.Id);
    }

    [Theory]
    [CoversGoIm("GI-004", "GI-020", "Not exists client")]
    [InlineData("message")]
    [InlineData("notify")]
    public async Task GI_004_GI_020_To_who_never_logged_in_nothing_is_sent_or_stored(string kind)
    {
        await using var ann = await server.LoginAsync("ann");
        var nobody = GoImServer.NewId("nobody");
        await ann.FailAsync("Not exists client", $"send_{kind}_p2p", "hello", nobody);
        await ann.FailAsync("Not exists client", $"send_{kind}_p2p", "hello", new string('x', 129));
        await ann.FailAsync("Not exists client", $"send_{kind}_p2p", "hello", "-5");
        await ann.FailAsync("Not exists client", $"send_{kind}_p2p", new string('x', 65_000), nobody);
        await using var first = await server.ReturnAsync(nobody);
        await first.ExpectNoPushAsync();
    }

    [Theory]
    [CoversGoIm("GI-012", "GI-013", "GI-022", "GI-023")]
    [InlineData("message")]
    [InlineData("notify")]
    public async Task GI_012_GI_022_A_message_to_a_topic_goes_to_all_members_and_its_sender_under_one_uuid(string kind)
    {
        await using var ann = await server.LoginAsync("ann");
        await using var ben = await server.LoginAsync("ben");
        await using var other = await server.LoginAsync("other");
        var topic = GoImServer.NewId("topic");
        await ann.OkAsync("send_create_topic", topic);
        await ben.OkAsync("send_join_topic", topic);
        await ann.DoneAsync($"send_{kind}_topic", "hello", topic);
        var mine = await ann.NextPushAsync($"receive_{kind}_topic", "hello", topic, ann.Id);
        var his = await ben.NextPushAsync($"receive_{kind}_topic", "hello", topic, ann.Id);
        Assert.Equal(mine.Obj, his.Obj);
        await ben.DoneAsync($"send_{kind}_topic", "", topic);
        Assert.NotEqual(mine.Uuid, (await ann.NextPushAsync($"receive_{kind}_topic", "", topic, ben.Id)).Uuid);
        await other.ExpectNoPushAsync();
    }

    [Theory]
    [CoversGoIm("GI-012", "GI-022", "Topic does not exist.", "You were not in this topic.")]
    [InlineData("message")]
    [InlineData("notify")]
    public async Task GI_012_GI_022_Only_members_may_say_something_in_a_topic_that_exists(string kind)
    {
        await using var ann = await server.LoginAsync("ann");
        await using var ben = await server.LoginAsync("ben");
        var topic = GoImServer.NewId("topic");
        await ann.FailAsync("Topic does not exist.", $"send_{kind}_topic", "hello", topic);
        await ann.FailAsync("Topic does not exist.", $"send_{kind}_topic", "hello", new string('t', 129));
        await ann.OkAsync("send_create_topic", topic);
        await ben.FailAsync("You were not in this topic.", $"send_{kind}_topic", "hello", topic);
        await ben.FailAsync("You were not in this topic.", $"send_{kind}_topic", new string('x', 65_400), topic);
        await ann.ExpectNoPushAsync();
    }

    [Theory]
    [CoversGoIm("GI-004", "GI-020", "Send message error.")]
    [InlineData("message", "x", 1)]
    [InlineData("notify", "x", 1)]
    [InlineData("message", "\"", 2)]
    [InlineData("message", "\n", 2)]
    [InlineData("notify", "\u0001", 6)]
    [InlineData("message", "ü", 2)]
    public async Task GI_004_GI_020_A_message_may_fill_a_frame_to_the_last_byte(string kind, string letter, int bytes)
    {
        await using var ann = await server.LoginAsync("ann");
        await using var ben = await server.LoginAsync("ben");
        await ann.DoneAsync($"send_{kind}_p2p", "", ben.Id);
        var room = 65_535 - (await ben.NextPushAsync()).Length;
        await ExpectLimitAsync(ann, ben, $"send_{kind}_p2p", ben.Id, Filling(room, letter, bytes));
    }

    [Theory]
    [CoversGoIm("GI-012", "GI-022", "Send message error.")]
    [InlineData("message", "x", 1)]
    [InlineData("notify", "\\", 2)]
    public async Task GI_012_GI_022_A_message_to_a_topic_may_fill_a_frame_to_the_last_byte(string kind, string letter, int bytes)
    {
        await using var ann = await server.LoginAsync("ann");
        var topic = GoImServer.NewId("to\"pic");
        await ann.OkAsync("send_create_topic", topic);
        await ann.DoneAsync($"send_{kind}_topic", "", topic);
        var room = 65_535 - (await ann.NextPushAsync()).Length;
        await ExpectLimitAsync(ann, ann, $"send_{kind}_topic", topic, Filling(room, letter, bytes));
    }

    [Fact]
    [CoversGoIm("GI-005", "GI-013")]
    public async Task GI_005_GI_013_Everybody_sees_the_messages_of_a_conversation_in_one_order()
    {
        await using var ann = await server.LoginAsync("ann");
        await using var ben = await server.LoginAsync("ben");
        var topic = GoImServer.NewId("topic");
        await ann.OkAsync("send_create_topic", topic);
        await ben.OkAsync("send_join_topic", topic);
        for (var i = 0; i < 250; i++) // more than the window
        {
            await ann.SendAsync("send_message_topic", $"a{i}", topic);
            await ben.SendAsync("send_message_topic", $"b{i}", topic);
        }
        var toAnn = new List<GoImMessage>();
        var toBen = new List<GoImMessage>();
        for (var i = 0; i < 500; i++)
        {
            toAnn.Add(await ann.NextPushAsync());
            toBen.Add(await ben.NextPushAsync());
        }
        Assert.Equal(toAnn.SelectMany(push => push.Obj), toBen.SelectMany(push => push.Obj));
        Assert.Equal(500, toAnn.Select(push => push.Uuid).Distinct().Count());
        var texts = toAnn.Select(push => push.Obj[0]).ToArray();
        Assert.Equal(Enumerable.Range(0, 250).Select(i => $"a{i}"), texts.Where(text => text[0] == 'a'));
        Assert.Equal(Enumerable.Range(0, 250).Select(i => $"b{i}"), texts.Where(text => text[0] == 'b'));
    }

    /// <summary>Text that takes exactly so many bytes of JSON.</summary>
    private static string Filling(int room, string letter, int bytes) =>
        string.Concat(Enumerable.Repeat(letter, room / bytes)) + new string('.', room % bytes);

    private static async Task ExpectLimitAsync(GoImPeer sender, GoImPeer receiver, string command, string target, string fits)
    {
        foreach (var (content, isGood) in new[] { (fits, true), (fits + "y", false), (fits + new string('z', 70_000), false) })
        {
            await sender.SendAsync(command, content, target); // longer than a frame
            var answer = await sender.NextAnswerAsync();
            Assert.Equal((isGood, isGood ? "" : "Send message error."), (answer.Ok, answer.Text));
            if (!isGood)
                continue;
            var push = await receiver.NextPushAsync();
            Assert.Equal(65_535, push.Length);
            Assert.Equal(content, push.Obj[0]);
        }
        await receiver.ExpectNoPushAsync();
    }
}
