using Parley.Conformance.Tests.OpenIm.Gateway.Support;
using Parley.Conformance.Tests.Rtm;
using Parley.Conformance.Tests.Support;
using SQLitePCL;

namespace Parley.Conformance.Tests.OpenIm.Gateway;

/// <summary>What lies in an inbox: 1001 and 1002 (openim.md §6.8, §8.6).</summary>
public sealed class InboxTests(OpenImGatewayServer server)
{
    [Fact]
    [CoversOpenImGateway("1001", "1002", "check 8")]
    public async Task What_came_is_pulled_after_a_reconnect_as_it_was_pushed_and_holes_are_placeholders()
    {
        await using var ann = await server.LoginAsync();
        var ben = await server.LoginAsync();
        Assert.Equal(0, await ben.NewestAsync());
        var pushes = new List<ProtoMessage>();
        for (var i = 1; i <= 3; i++)
        {
            await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben.UserId, $"text {i}"));
            pushes.Add(await ben.NextAsync($"text {i}"));
            Assert.Equal(i, pushes[^1].Seq);
        }
        await ben.DisposeAsync();
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, ben.UserId, "while away"));
        await using var back = await server.ReturnAsync(ben.UserId);
        Assert.Equal(4, await back.NewestAsync());
        var all = await back.PullAsync(1, 2, 3, 4);
        Assert.Equal(pushes.Select(push => Hex.Text(push.Bytes)), all.Take(3).Select(one => Hex.Text(one.Bytes)));
        Assert.Equal("while away", all[3].Content);

        // one that is deleted by another protocol leaves a hole
        await using (var rtm = await RtmPeer.ConnectAsync(server.Process.Endpoints["RtmClient"]))
        {
            await RtmServer.AuthAsync(rtm, Profile.G1, long.Parse(ann.UserId));
            var other = long.Parse(ben.UserId);
            var page = await rtm.OkAsync("getp2pmsg", ("ouid", other), ("num", 10), ("desc", false), ("begin", 0), ("end", 0), ("lastid", 0));
            var mid = (long)page.Rows("msgs").ElementAt(1)[3]!;
            await rtm.OkAsync("delmsg", ("mid", mid), ("xid", other), ("type", 1));
        }
        await Wait.Until(async () => (await back.PullAsync(2))[0].ClientId.Length == 0, "the message is gone");
        var answer = await back.OkAsync(OpenImGatewayPeer.Pull, ProtoMessage.Of((3, ProtoMessage.Packed(1, 2, 3))));
        Assert.Equal(["7002"], answer.All(3).Skip(1).Take(1).Select(one => Hex.Text(one))); // `1a 02 70 02`
        Assert.Equal([1, 2, 3], answer.Inners(3).Select(one => one.Seq));
        Assert.Equal(4, await back.NewestAsync());
    }

    [Fact]
    [CoversOpenImGateway("1002")]
    public async Task A_pull_gives_one_entry_for_each_number_ascending_whatever_was_asked()
    {
        await using var peer = await server.LoginAsync();
        await using var other = await server.LoginAsync();
        for (var i = 1; i <= 5; i++)
            await other.SayAsync(OpenImGatewayMessage.To(other.UserId, peer.UserId, $"{i}"));
        await peer.NewestAsync();
        Assert.Equal(["1", "3", "5"], (await peer.PullAsync(5, 1, 3)).Select(one => one.Content));
        Assert.Equal(["2"], (await peer.PullAsync(2, 2, 2)).Select(one => one.Content));
        var none = await peer.PullAsync(6, 7, 4_294_967_295);
        Assert.All(none, one => Assert.Equal([14], one.Numbers));
        Assert.Empty(await peer.PullAsync());
        var zero = await peer.OkAsync(OpenImGatewayPeer.Pull, ProtoMessage.Of((3, ProtoMessage.Packed(0))));
        Assert.Empty(Assert.Single(zero.Inners(3)).ClientId);
        // unpacked, with somebody else's userID and a field of later versions
        var unpacked = await peer.OkAsync(
            OpenImGatewayPeer.Pull, ProtoMessage.Of((1, other.UserId), (2, "any"), (3, 4), (3, 1), (3, 9), (4, "later")));
        Assert.Equal(["1", "4", ""], unpacked.Inners(3).Select(one => one.Content));
        var later = await peer.OkAsync(OpenImGatewayPeer.Newest, ProtoMessage.Of((1, "group"), (1, "group"), (2, "other"), (3, "op")));
        Assert.Equal(5, later.Int(1));
    }

    [Fact]
    [CoversOpenImGateway("1001", "1002", "203", "204")]
    public async Task Bad_bodies_are_203_and_too_many_numbers_204()
    {
        await using var peer = await server.LoginAsync();
        foreach (var identifier in new[] { OpenImGatewayPeer.Newest, OpenImGatewayPeer.Pull, OpenImGatewayPeer.Send })
        {
            foreach (var body in new[] { "ff", "0a05", "0aff", "1a", "07", "0b" })
                await peer.FailAsync(203, identifier, Hex.Bytes(body));
        }
        await peer.FailAsync(203, OpenImGatewayPeer.Pull, Hex.Bytes("1a03ffffff"));
        Assert.Equal(1000, (await peer.PullAsync(OpenImGatewayPeer.Range(1, 1000))).Count);
        var refused = await peer.FailAsync(
            204, OpenImGatewayPeer.Pull, ProtoMessage.Of((3, ProtoMessage.Packed(OpenImGatewayPeer.Range(1, 1001)))));
        var inner = new ProtoMessage(refused.Data);
        Assert.Equal((204, refused.Text), (inner.Int(1), inner.Text(2)));
        Assert.Empty(inner.Inners(3));
    }

    [Fact]
    [CoversOpenImGateway("1002")]
    public async Task A_hundred_of_the_longest_messages_are_pulled_at_once()
    {
        await using var peer = await server.LoginAsync();
        await using var other = await server.LoginAsync();
        for (var i = 0; i < 100; i++)
            await other.SayAsync(OpenImGatewayMessage.To(other.UserId, peer.UserId, new string('m', 51_200)));
        var all = await peer.PullAsync(OpenImGatewayPeer.Range(1, 100));
        Assert.All(all, one => Assert.Equal(51_200, one.Content.Length));
    }

    [Fact]
    [CoversOpenImGateway("1002", "204")]
    public async Task A_hundred_numbers_are_never_too_long_and_more_may_be()
    {
        await using var own = await OpenImGatewayServer.StartAsync(("OpenIm:ContentBytes", "200000"), ("OpenIm:FrameBytes", "210000"));
        var (api, gate) = (own.Endpoints["OpenImApi"], own.Endpoints["OpenImGateway"]);
        await using var peer = await OpenImGatewayPeer.ConnectAsync(gate, "ann", await OpenImGatewayApi.RegisterAsync(api, "ann"));
        for (var i = 0; i < 101; i++)
            await peer.SayAsync(OpenImGatewayMessage.To("ann", "ann", new string('m', 200_000)).WithOptions(("senderSync", false)));
        var all = await peer.PullAsync(OpenImGatewayPeer.Range(2, 101)); // 20 MB
        Assert.Equal(100, all.Count(one => one.Content.Length == 200_000));
        await peer.FailAsync(204, OpenImGatewayPeer.Pull, ProtoMessage.Of((3, ProtoMessage.Packed(OpenImGatewayPeer.Range(1, 101)))));
        Assert.Equal(500, (await peer.PullAsync(OpenImGatewayPeer.Range(50, 549))).Count); // many, but not long
        await RtmServer.EndAsync(own);
    }

    [Fact]
    [CoversOpenImGateway("1001", "1002", "check 8")]
    public async Task What_was_said_before_the_first_login_is_in_the_inbox_and_counts_from_one()
    {
        await using var ann = await server.LoginAsync();
        var name = OpenImGatewayServer.NewId();
        await OpenImGatewayApi.RegisterAsync(server.Api, name);
        for (var i = 1; i <= 3; i++)
            await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, name, $"early {i}"));
        await using var late = await server.ReturnAsync(name);
        Assert.Equal(3, await late.NewestAsync());
        Assert.Equal(["early 1", "early 2", "early 3"], (await late.PullAllAsync()).Select(one => one.Content));
        await ann.SayAsync(OpenImGatewayMessage.To(ann.UserId, name, "now"));
        Assert.Equal(4, (await late.NextAsync("now")).Seq);
    }

    [Fact]
    [CoversOpenImGateway("1001")]
    public async Task Who_is_known_to_other_protocols_only_costs_no_inbox()
    {
        await using var own = await OpenImGatewayServer.StartAsync();
        var (api, gate) = (own.Endpoints["OpenImApi"], own.Endpoints["OpenImGateway"]);
        await using (var rtm = await RtmPeer.ConnectAsync(own.Endpoints["RtmClient"]))
        {
            await RtmServer.AuthAsync(rtm, Profile.G1, 100_001);
            for (var i = 1; i <= 50; i++)
                await rtm.OkAsync("sendmsg", Say.To(100_002, i, msg: $"{i}"));
        }
        await using (var peer = await OpenImGatewayPeer.ConnectAsync(gate, "100003", await OpenImGatewayApi.RegisterAsync(api, "100003")))
        {
            await using var rtm = await RtmPeer.ConnectAsync(own.Endpoints["RtmClient"]);
            await RtmServer.AuthAsync(rtm, Profile.G1, 100_001);
            for (var i = 51; i <= 60; i++)
                await rtm.OkAsync("sendmsg", Say.To(i % 2 == 0 ? 100_003 : 100_002, i, msg: $"{i}"));
            Assert.Equal(5, await peer.NewestAsync());
        }
        Assert.Equal(0, await own.TerminateAsync());
        var file = Path.Combine(own.DataDirectory, "parley.db");
        Assert.Equal(1, Scalar(file, "SELECT count(*) FROM inbox WHERE user_id = 100003"));
        Assert.Equal(0, Scalar(file, "SELECT count(*) FROM inbox WHERE user_id IN (100001, 100002)"));
        Assert.Equal(60, Scalar(file, "SELECT count(*) FROM message"));
        Assert.Equal(5, Scalar(file, "SELECT count(*) FROM message WHERE inboxes IS NOT NULL"));
        await RtmServer.EndAsync(own);
    }

    private static long Scalar(string file, string sql)
    {
        Assert.Equal(raw.SQLITE_OK, raw.sqlite3_open(file, out var database));
        using (database)
        {
            Assert.Equal(raw.SQLITE_OK, raw.sqlite3_prepare_v2(database, sql, out var statement));
            using (statement)
            {
                Assert.Equal(raw.SQLITE_ROW, raw.sqlite3_step(statement));
                return raw.sqlite3_column_int64(statement, 0);
            }
        }
    }
}
