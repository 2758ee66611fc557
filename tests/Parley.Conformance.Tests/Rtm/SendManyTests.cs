using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>sendmsgs (rtm-client.md §4.2).</summary>
[Covers("sendmsgs")]
public sealed class SendManyTests(RtmServer server)
{
    [Fact]
    public async Task Each_receiver_gets_the_message_once_in_its_own_conversation_with_one_mtime()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await using var cid = await server.LoginAsync();
        var mid = server.NewMid();
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, server.NewMid()));
        await ben.NextAsync("pushmsg");
        var answer = await ann.OkAsync("sendmsgs", Say.ToMany(new[] { ben.UserId, cid.UserId, ben.UserId, ann.UserId }, mid));
        foreach (var (peer, id) in new[] { (ben, 2L), (cid, 1L) })
        {
            var push = await peer.NextBodyAsync("pushmsg");
            Assert.Equal(mid, push.Int("mid"));
            Assert.Equal(peer.UserId, push.Int("to"));
            Assert.Equal(answer.Int("mtime"), push.Int("mtime"));
            var row = Assert.Single((await peer.OkAsync("getp2pmsg", ("ouid", ann.UserId), ("num", 1), ("desc", true))).Rows("msgs"));
            Assert.Equal(id, row[0]);
            Assert.Equal(mid, row[3]);
        }
        // once only: the next push is the next message
        var next = server.NewMid();
        await ann.OkAsync("sendmsg", Say.To(ben.UserId, next));
        await ben.ExpectMidAsync("pushmsg", next);
    }

    [Theory]
    [InlineData("tos")]
    [InlineData("mid")]
    [InlineData("mtype")]
    [InlineData("msg")]
    [InlineData("attrs")]
    public async Task A_missing_parameter_is_10009_and_a_wrong_type_10010(string key)
    {
        await using var ann = await server.LoginAsync();
        var good = Say.ToMany(new[] { RtmWorld.FirstUser }, server.NewMid());
        await ann.FailAsync(10009, "sendmsgs", good.Without(key));
        await ann.FailAsync(10010, "sendmsgs", good.With(key, true).With("msg", key == "msg" ? new[] { 1 } : "x"));
    }

    [Fact]
    public async Task An_empty_list_is_200033_only_oneself_200052_and_a_bad_type_or_size_comes_first()
    {
        await using var ann = await server.LoginAsync();
        await ann.FailAsync(200033, "sendmsgs", Say.ToMany(Array.Empty<long>(), server.NewMid()));
        await ann.FailAsync(200052, "sendmsgs", Say.ToMany(new[] { ann.UserId, ann.UserId }, server.NewMid()));
        await ann.FailAsync(200005, "sendmsgs", Say.ToMany(Array.Empty<long>(), server.NewMid(), 0));
        await ann.FailAsync(200030, "sendmsgs", Say.ToMany(Array.Empty<long>(), server.NewMid(), msg: new string('x', 20481)));
        await ann.FailAsync(200001, "sendmsgs", Say.ToMany(new[] { 0, -1 }, server.NewMid()));
    }

    [Fact]
    public async Task Two_thousand_receivers_are_allowed_and_one_more_is_200032()
    {
        await using var ann = await server.LoginAsync();
        var many = Enumerable.Range(1, 2001).Select(i => 9_000_000L + i).ToArray();
        await ann.FailAsync(200032, "sendmsgs", Say.ToMany(many, server.NewMid()));
        await ann.OkAsync("sendmsgs", Say.ToMany(many[..2000], server.NewMid()));
        await using var bob = await server.LoginAsync(pid: RtmWorld.Small);
        await bob.FailAsync(200032, "sendmsgs", Say.ToMany(new[] { 1, 2, 3, 4 }, server.NewMid()));
        await bob.OkAsync("sendmsgs", Say.ToMany(new[] { 1, 2, 3 }, server.NewMid()));
    }

    [Fact]
    public async Task Receivers_that_refuse_are_passed_over_and_when_all_refuse_the_first_error_counts()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await using var cid = await server.LoginAsync();
        await ben.DoneAsync("addblacks", ("blacks", new[] { ann.UserId }));
        var mid = server.NewMid();
        await ann.FailAsync(200049, "sendmsgs", Say.ToMany(new[] { ben.UserId, -1 }, mid));
        await ann.OkAsync("sendmsgs", Say.ToMany(new[] { ben.UserId, -1, cid.UserId }, mid));
        await cid.ExpectMidAsync("pushmsg", mid);
        await ann.FailAsync(200053, "sendmsgs", Say.ToMany(new[] { cid.UserId }, mid));
        Assert.Equal(0, (await ben.OkAsync("getp2pmsg", ("ouid", ann.UserId), ("num", 1), ("desc", true))).Int("num"));
    }

    [Fact]
    public async Task A_map_in_place_of_the_list_counts_by_its_keys()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        var mid = server.NewMid();
        await ann.OkAsync("sendmsgs", Say.ToMany(new Dictionary<object, object?> { [ben.UserId] = true }, mid));
        await ben.ExpectMidAsync("pushmsg", mid);
    }

    [Fact]
    public async Task Receivers_may_be_floats_and_decimal_texts()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await using var cid = await server.LoginAsync();
        var mid = server.NewMid();
        await ann.OkAsync("sendmsgs", Say.ToMany(new object[] { (double)ben.UserId, cid.UserId.ToString() }, mid));
        await ben.ExpectMidAsync("pushmsg", mid);
        await cid.ExpectMidAsync("pushmsg", mid);
    }
}
