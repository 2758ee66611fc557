using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.GoIm;

/// <summary>Friends (goim-json §7, GI-014 to GI-019, §16).</summary>
public sealed class FriendTests(GoImServer server, SmallGoImServer small, EagerGoImServer eager)
{
    [Fact]
    [CoversGoIm("GI-014", "GI-015", "GI-016", "The id is already your friend.", "This id is not exists.", "You have no this friend.", "error.")]
    public async Task GI_014_GI_015_GI_016_A_friend_is_added_and_deleted_in_the_callers_list_alone()
    {
        await using var ann = await server.LoginAsync("ann");
        await using var ben = await server.LoginAsync("ben");
        var away = await server.NewOfflineAsync();
        Assert.Equal(["[]"], await ann.OkAsync("send_view_friends", "ignored"));
        await ann.FailAsync("This id is not exists.", "send_add_friend", GoImServer.NewId("nobody"));
        await ann.FailAsync("This id is not exists.", "send_add_friend", new string('x', 129));
        await ann.FailAsync("error.", "send_add_friend", ann.Id);
        await ann.DoneAsync("send_add_friend", ben.Id);
        await ann.FailAsync("The id is already your friend.", "send_add_friend", ben.Id);
        await ann.DoneAsync("send_add_friend", away);
        var friends = (await ann.OkAsync("send_view_friends"))[0];
        Assert.Contains($$"""{"client":"{{ben.Id}}","alive":true}""", friends, StringComparison.Ordinal);
        Assert.Contains($$"""{"client":"{{away}}","alive":false}""", friends, StringComparison.Ordinal);
        Assert.Equal(["[]"], await ben.OkAsync("send_view_friends")); // neither asked nor told
        await ben.ExpectNoPushAsync();

        await ben.FailAsync("You have no this friend.", "send_del_friend", ann.Id);
        await ann.FailAsync("You have no this friend.", "send_del_friend", GoImServer.NewId("nobody"));
        await ann.DoneAsync("send_del_friend", ben.Id);
        await ann.FailAsync("You have no this friend.", "send_del_friend", ben.Id);
        Assert.Equal([$$"""[{"client":"{{away}}","alive":false}]"""], await ann.OkAsync("send_view_friends"));
    }

    [Fact]
    [CoversGoIm("GI-017", "GI-018", "GI-019", "Users did not initiate this request.", "The react type is undefined.")]
    public async Task GI_017_GI_018_GI_019_Who_agrees_becomes_a_friend_both_ways_and_the_asker_is_told()
    {
        await using var ann = await server.LoginAsync("ann");
        await using var ben = await server.LoginAsync("ben");
        await using var cid = await server.LoginAsync("cid");
        await ann.DoneAsync("send_ask", "add_friend", ben.Id);
        var ask = await ben.NextPushAsync("receive_ask", "add_friend", ann.Id);
        await cid.FailAsync("Users did not initiate this request.", "send_react", "agree", ask.Uuid);
        await ann.FailAsync("Users did not initiate this request.", "send_react", "agree", ask.Uuid);
        await ben.FailAsync("Users did not initiate this request.", "send_react", "agree", Guid.NewGuid().ToString());
        await ben.FailAsync("Users did not initiate this request.", "send_react", "agree", "garbage");
        await ben.FailAsync("The react type is undefined.", "send_react", "perhaps", ask.Uuid);
        await ben.FailAsync("The react type is undefined.", "send_react", "Agree", ask.Uuid);
        await ben.SendAsync("ask_ack", ask.Uuid);
        Assert.Equal([ann.Id], await ben.OkAsync("send_react", "agree", ask.Uuid));
        await ann.NextPushAsync("receive_message_p2p", $"{ben.Id} 已经同意您的好友请求!", ben.Id);
        await ben.FailAsync("Users did not initiate this request.", "send_react", "agree", ask.Uuid);
        Assert.Equal([$$"""[{"client":"{{ben.Id}}","alive":true}]"""], await ann.OkAsync("send_view_friends"));
        Assert.Equal([$$"""[{"client":"{{ann.Id}}","alive":true}]"""], await ben.OkAsync("send_view_friends"));
        await ann.ExpectNoPushAsync();
        await ben.ExpectNoPushAsync();
        await ann.FailAsync("The id is already your friend.", "send_ask", "add_friend", ben.Id);
        await ann.OkAsync("send_del_friend", ben.Id); // one side only
        Assert.Equal([$$"""[{"client":"{{ann.Id}}","alive":true}]"""], await ben.OkAsync("send_view_friends"));
    }

    [Fact]
    [CoversGoIm("GI-019")]
    public async Task GI_019_Who_disagrees_is_answered_and_nobody_is_told()
    {
        await using var ann = await server.LoginAsync("ann");
        await using var ben = await server.LoginAsync("ben");
        await ann.DoneAsync("send_ask", "add_friend", ben.Id);
        var ask = await ben.NextPushAsync("receive_ask", "add_friend", ann.Id);
        Assert.Equal([ann.Id], await ben.OkAsync("send_react", "disagree", ask.Uuid));
        await ben.FailAsync("Users did not initiate this request.", "send_react", "disagree", ask.Uuid);
        Assert.Equal(["[]"], await ann.OkAsync("send_view_friends"));
        Assert.Equal(["[]"], await ben.OkAsync("send_view_friends"));
        await ann.ExpectNoPushAsync();
        await ann.DoneAsync("send_ask", "add_friend", ben.Id); // may ask again, anew
        Assert.NotEqual(ask.Uuid, (await ben.NextPushAsync("receive_ask", "add_friend", ann.Id)).Uuid);
    }

    [Fact]
    [CoversGoIm("GI-017", "The ask type is undefined.", "The id is already your friend.", "This id is not exists.", "error.")]
    public async Task GI_017_What_cannot_be_asked_is_refused_in_the_order_of_the_table()
    {
        await using var ann = await server.LoginAsync("ann");
        await using var ben = await server.LoginAsync("ben");
        foreach (var type in new[] { "add_topic", "invite_topic", "Add_friend", "x" })
        {
            await ann.FailAsync("The ask type is undefined.", "send_ask", type, ben.Id);
            await ann.FailAsync("The ask type is undefined.", "send_ask", type, GoImServer.NewId("nobody"));
        }
        await ann.FailAsync("This id is not exists.", "send_ask", "add_friend", GoImServer.NewId("nobody"));
        await ann.FailAsync("error.", "send_ask", "add_friend", ann.Id);
        await ann.OkAsync("send_add_friend", ben.Id);
        await ann.FailAsync("The id is already your friend.", "send_ask", "add_friend", ben.Id);
        await ben.DoneAsync("send_ask", "add_friend", ann.Id); // not in ben's list
    }

    [Fact]
    [CoversGoIm("GI-017", "GI-018")]
    public async Task GI_017_GI_018_Asks_wait_for_who_is_offline_come_at_every_login_and_are_not_multiplied()
    {
        await using var ann = await server.LoginAsync("ann");
        await using var cid = await server.LoginAsync("cid");
        var ben = await server.NewOfflineAsync();
        await ann.DoneAsync("send_ask", "add_friend", ben);
        await cid.DoneAsync("send_ask", "add_friend", ben);
        await ann.DoneAsync("send_ask", "add_friend", ben);
        await ann.DoneAsync("send_message_p2p", "before the asks", ben);
        var uuids = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            await using var back = await server.ReturnAsync(ben);
            if (i == 0)
                await back.NextPushAsync("receive_message_p2p", "before the asks");
            var first = await back.NextPushAsync("receive_ask", "add_friend", ann.Id);
            var second = await back.NextPushAsync("receive_ask", "add_friend", cid.Id);
            uuids.AddRange([first.Uuid, second.Uuid]);
            await back.ExpectNoPushAsync();
            await ann.DoneAsync("send_ask", "add_friend", ben); // told again, as it was
            Assert.Equal(first.Obj, (await back.NextPushAsync("receive_ask")).Obj);
        }
        Assert.Equal(uuids[..2], uuids[2..]);
        await using var last = await server.ReturnAsync(ben);
        Assert.Equal([cid.Id], await last.OkAsync("send_react", "disagree", uuids[1]));
        Assert.Equal([ann.Id], await last.OkAsync("send_react", "agree", uuids[0]));
        await using var none = await server.ReturnAsync(ben);
        await none.ExpectNoPushAsync();
    }

    [Fact]
    [CoversGoIm("GI-018")]
    public async Task GI_018_Asks_are_not_sent_again_by_a_timer()
    {
        await using var ann = await eager.LoginAsync("ann");
        await using var ben = await eager.LoginAsync("ben");
        await ann.DoneAsync("send_ask", "add_friend", ben.Id);
        await ben.NextPushAsync("receive_ask", "add_friend", ann.Id);
        Assert.Null(await ben.TryNextPushAsync(TimeSpan.FromSeconds(1.5)));
    }

    [Fact]
    [CoversGoIm("GI-017", "GI-019")]
    public async Task GI_017_GI_019_Two_who_ask_each_other_and_an_asker_who_is_offline()
    {
        await using var ann = await server.LoginAsync("ann");
        var ben = await server.LoginAsync("ben");
        await ann.DoneAsync("send_ask", "add_friend", ben.Id);
        await ben.DoneAsync("send_ask", "add_friend", ann.Id);
        var toBen = await ben.NextPushAsync("receive_ask", "add_friend", ann.Id);
        var toAnn = await ann.NextPushAsync("receive_ask", "add_friend", ben.Id);
        await ben.DoneAsync("send_logout");
        await ben.DisposeAsync();
        await ann.OkAsync("send_react", "agree", toAnn.Uuid);
        await using var back = await server.ReturnAsync(ben.Id);
        await back.NextPushAsync("receive_message_p2p", $"{ann.Id} 已经同意您的好友请求!", ann.Id);
        await back.NextPushAsync("receive_ask", "add_friend", ann.Id);
        Assert.Equal([ann.Id], await back.OkAsync("send_react", "agree", toBen.Uuid)); // already friends: no error
        Assert.Equal([$$"""[{"client":"{{ann.Id}}","alive":true}]"""], await back.OkAsync("send_view_friends"));
    }

    [Fact]
    [CoversGoIm("GI-019")]
    public async Task GI_019_The_text_of_the_acceptance_is_a_setting_of_any_form()
    {
        await using var ann = await small.LoginAsync("ann");
        await using var ben = await small.LoginAsync("ben");
        await ann.DoneAsync("send_ask", "add_friend", ben.Id);
        Assert.Equal([ann.Id], await ben.OkAsync("send_react", "agree", (await ben.NextPushAsync("receive_ask")).Uuid));
        await ann.NextPushAsync("receive_message_p2p", $"{ben.Id} says {{yes}} {{1}}", ben.Id);
    }
}
