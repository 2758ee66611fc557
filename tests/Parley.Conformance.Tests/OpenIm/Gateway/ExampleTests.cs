using System.Text.Json.Nodes;
using Parley.Conformance.Tests.OpenIm.Gateway.Support;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm.Gateway;

/// <summary>The worked examples of openim.md §9, byte for byte where the protocol file prints bytes.</summary>
public sealed class ExampleTests
{
    private const string Heartbeat =
        """
        31ff8201fe07d20206755f3130303101046f702d31011a755f313030315f31363530303030303030303030
        30303030303100
        """;

    private const string HeartbeatAnswer =
        """
        2dff8201fe07d2011a755f313030315f313635303030303030303030303030303030310104
        6f702d310302080500
        """;

    private const string Pull = "34ff8201fe07d40206755f3130303101046f702d320108755f313030315f3201130a06755f3130303112046f702d321a0301020300";

    private const string Pushed =
        """
        0a077376635f626f741206755f313030312204396631632a04373761613a03426f74480150c8015865
        62026869700678fbe8a7dd82308001f8e8a7dd8230
        """;

    [Fact]
    [CoversOpenImGateway("example 12", "2001")]
    public void Example_12_is_read_as_the_protocol_file_reads_it()
    {
        var frame = GobBytes.Read(Hex.Bytes(
            Hex.Text(GobBytes.AnswerPrefix) + "4dff8201fe0fa202046f702d39033e" + Hex.Plain(Pushed) + "00"));
        Assert.Equal((2001, "", "op-9", 0), (frame.Identifier, frame.MsgIncr, frame.OperationId, frame.Code));
        var data = new ProtoMessage(frame.Data);
        Assert.Equal(("svc_bot", "u_1001", "9f1c", "77aa", "Bot"), (data.SendId, data.RecvId, data.ClientId, data.ServerId, data.Text(7)));
        Assert.Equal((1, 200, 101, "hi", 6, 1_650_000_000_123, 1_650_000_000_120), (
            data.Int(9), data.Int(10), data.ContentType, data.Content, data.Seq, data.SendTime, data.Int(16)));
        Assert.Equal(Hex.Plain(Pushed), Hex.Text(ProtoMessage.Of(
            (1, "svc_bot"), (2, "u_1001"), (4, "9f1c"), (5, "77aa"), (7, "Bot"), (9, 1), (10, 200), (11, 101), (12, "hi"), (14, 6),
            (15, 1_650_000_000_123), (16, 1_650_000_000_120))));
        Assert.Equal(frame.Bytes, GobBytes.Answer(2001, "", "op-9", 0, "", data.Bytes));
    }

    [Fact]
    [CoversOpenImGateway("example 11", "example 13", "check 7", "check 8", "1001", "1002", "1003", "2001")]
    public async Task Examples_11_to_13()
    {
        await using var own = await OpenImGatewayServer.StartAsync();
        var (api, gate) = (own.Endpoints["OpenImApi"], own.Endpoints["OpenImGateway"]);
        var token = await OpenImGatewayApi.RegisterAsync(api, "u_1001");
        await using var bot = await OpenImGatewayPeer.ConnectAsync(gate, "svc_bot", await OpenImGatewayApi.RegisterAsync(api, "svc_bot"), 2);
        var manager = await OpenImGatewayApi.TokenAsync(api, OpenImGatewayApi.Manager, 8);
        var raw = await RawWebSocket.ConnectAsync(gate, "/" + OpenImGatewayPeer.QueryOf("u_1001", token, 2));
        async Task<ProtoMessage> NextPushAsync() => new((await raw.ReadEnvelopeAsync()).Data);
        for (var i = 1; i <= 5; i++)
        {
            await bot.SayAsync(OpenImGatewayMessage.To("svc_bot", "u_1001", $"text {i}"));
            Assert.Equal(i, (await NextPushAsync()).Seq);
        }

        // 11
        await raw.SendAsync(RawWebSocket.Binary, [.. GobBytes.RequestPrefix, .. Hex.Bytes(Heartbeat)]);
        Assert.Equal(Hex.Text(GobBytes.AnswerPrefix) + Hex.Plain(HeartbeatAnswer), Hex.Text((await raw.ReadAsync()).Payload));

        // 9 and 12: the ids and the times are the server's, and the options are written too (§6.5)
        var sent = await OpenImGatewayApi.OkAsync(
            api, "/manager/send_msg", JsonNode.Parse(
                """
                {"operationID":"op-9","sendID":"svc_bot","recvID":"u_1001","senderNickName":"Bot","content":{"text":"hi"},"contentType":101,
                 "sessionType":1}
                """)!.AsObject(),
            manager);
        var frame = await raw.ReadEnvelopeAsync();
        var data = new ProtoMessage(frame.Data);
        var ids = sent.GetProperty("data");
        Assert.Equal(ids.GetProperty("clientMsgID").GetString(), data.ClientId);
        Assert.Equal(ids.GetProperty("serverMsgID").GetString(), data.ServerId);
        Assert.Equal(ids.GetProperty("sendTime").GetInt64(), data.SendTime);
        Assert.InRange(data.Int(16), data.SendTime - 60_000, data.SendTime + 60_000);
        (int, object)[] fields =
        [
            (1, "svc_bot"), (2, "u_1001"), (4, data.ClientId), (5, data.ServerId), (7, "Bot"), (9, 1), (10, 200), (11, 101), (12, "hi"), (14, 6),
            (15, data.SendTime), (16, data.Int(16)), .. data.All(18).Select(option => (18, (object)option)),
        ];
        Assert.Equal(Hex.Text(GobBytes.Answer(2001, "", "op-9", 0, "", ProtoMessage.Of(fields))), Hex.Text(frame.Bytes));
        Assert.Equal(["conversationUpdate", "senderSync", "unreadCount"], data.Options.Keys.Order());
        Assert.DoesNotContain(false, data.Options.Values);

        // 13: the pull as printed, here with what lies at 1, 2, 3
        await raw.SendAsync(RawWebSocket.Binary, [.. GobBytes.RequestPrefix, .. Hex.Bytes(Pull)]);
        var pulled = await raw.ReadEnvelopeAsync();
        Assert.Equal((1002, "u_1001_2", "op-2", 0), (pulled.Identifier, pulled.MsgIncr, pulled.OperationId, pulled.Code));
        Assert.Equal(["text 1", "text 2", "text 3"], new ProtoMessage(pulled.Data).Inners(3).Select(one => one.Content));
        await raw.SendAsync(RawWebSocket.Binary, GobBytes.Request(1002, "u_1001", "op", "p", ProtoMessage.Of((3, ProtoMessage.Packed(6, 7)))));
        pulled = await raw.ReadEnvelopeAsync();
        Assert.Equal(Hex.Text(ProtoMessage.Of((3, data.Bytes), (3, Hex.Bytes("7007")))), Hex.Text(pulled.Data)); // as it was pushed; a placeholder

        // 13: the answer to 1003, and the kick
        await raw.SendAsync(
            RawWebSocket.Binary,
            GobBytes.Request(1003, "u_1001", "op-3", "s", ProtoMessage.Of(OpenImGatewayMessage.To("u_1001", "u_1001", "to myself").With(4, "9f1c"))));
        GatewayFrame[] two = [await raw.ReadEnvelopeAsync(), await raw.ReadEnvelopeAsync()];
        var answer = two.Single(one => one.Identifier == 1003);
        var copy = new ProtoMessage(two.Single(one => one.Identifier == 2001).Data);
        Assert.Equal(
            Hex.Text(GobBytes.Answer(1003, "s", "op-3", 0, "", ProtoMessage.Of((1, copy.ServerId), (2, "9f1c"), (3, copy.SendTime)))),
            Hex.Text(answer.Bytes));
        await using var newer = await OpenImGatewayPeer.ConnectAsync(gate, "u_1001", token, 2);
        Assert.Equal(
            Hex.Text(GobBytes.AnswerPrefix) + "27ff8201fe0fa403fe057c011a746f6b656e20686173206265656e20696e76616c69646174656400",
            Hex.Text((await raw.ReadAsync()).Payload));
        await raw.ExpectClosedAsync();
        await raw.DisposeAsync();
        await RtmServer.EndAsync(own);
    }

    [Fact]
    [CoversOpenImGateway("example 10", "check 10", "110", "history")]
    public async Task Example_10_reaches_who_is_online_and_is_stored_nowhere()
    {
        await using var own = await OpenImGatewayServer.StartAsync();
        var (api, gate) = (own.Endpoints["OpenImApi"], own.Endpoints["OpenImGateway"]);
        var manager = await OpenImGatewayApi.TokenAsync(api, OpenImGatewayApi.Manager, 8);
        var peers = new List<OpenImGatewayPeer>();
        foreach (var user in new[] { "u_1001", "u_1002" })
            peers.Add(await OpenImGatewayPeer.ConnectAsync(gate, user, await OpenImGatewayApi.RegisterAsync(api, user), 2));
        var created = await OpenImGatewayApi.OkAsync(
            api, "/group/create_group", JsonNode.Parse(
                """
                {"ownerUserID":"u_1001","groupType":0,"groupName":"Ops","operationID":"op-003",
                 "memberList":[{"userID":"u_1002","roleLevel":1},{"userID":"u_9999","roleLevel":1}]}
                """)!.AsObject(),
            manager);
        var group = created.GetProperty("data").GetProperty("groupID").GetString()!;
        foreach (var peer in peers)
            Assert.Equal(1501, (await peer.NextAsync()).ContentType);
        var body = JsonNode.Parse(
            """
            {"operationID":"op-010","sendID":"im_admin","content":{"data":"{\"k\":1}","description":"","extension":""},"contentType":110,
             "sessionType":2,"isOnlineOnly":true,"forceList":["u_1002"]}
            """)!.AsObject();
        body["recvID"] = group;
        await OpenImGatewayApi.OkAsync(api, "/manager/send_msg", body, manager);
        foreach (var peer in peers)
        {
            var frame = await peer.NextFrameAsync(2001);
            Assert.Equal("op-010", frame.OperationId);
            var push = new ProtoMessage(frame.Data);
            Assert.Equal((0, group, peer.UserId, "im_admin", 2), (push.Seq, push.GroupId, push.RecvId, push.SendId, push.Int(9)));
            Assert.Equal("""{"data":"{\"k\":1}","description":"","extension":""}""", push.Content);
            Assert.Equal("u_1002", push.Text(20));
            Assert.Equal(
                ["history", "offlinePush", "persistent", "senderSync"], push.Options.Where(option => !option.Value).Select(option => option.Key).Order());
            Assert.Equal(1, await peer.NewestAsync());
        }
        foreach (var peer in peers)
            await peer.DisposeAsync();
        await RtmServer.EndAsync(own);
    }
}
