using Parley.Conformance.Tests.OpenIm.Gateway.Support;

namespace Parley.Conformance.Tests.OpenIm.Gateway;

/// <summary>Frames and envelopes (openim.md §8.2 to §8.5).</summary>
public sealed class EnvelopeTests(OpenImGatewayServer server)
{
    [Fact]
    [CoversOpenImGateway("1001")]
    public async Task Every_way_in_which_a_Go_program_may_write_a_request_is_read()
    {
        var (socket, user) = await RawWebSocket.LoginAsync(server);
        await using var _ = socket;
        GobField id = new("ReqIdentifier", GobBytes.Int, 1001L), send = new("SendID", GobBytes.Text, user),
            operation = new("OperationID", GobBytes.Text, "op"), incr = new("MsgIncr", GobBytes.Text, "i");
        GobField[] usual = [id, send, operation, incr];
        byte[][] frames =
        [
            GobBytes.Frame(65, "Req", usual),
            GobBytes.Frame(64 + 9, "", [incr, operation, send, id]), // another number, no name, another order
            GobBytes.Frame(
                1000, "Später", new("A", GobBytes.Bool, true), id, new("B", GobBytes.Uint, 300ul), send, new("C", GobBytes.Float, 1.5),
                operation, new("D", GobBytes.Data, new byte[200]), incr, new("E", GobBytes.Text, "more"), new("F", GobBytes.Int, -65L)),
            [.. GobBytes.Description(66, "Other", new GobField("X", GobBytes.Int, null)), .. GobBytes.Frame(65, "Req", usual)],
            GobBytes.Frame(65, "Req", [.. usual, new("Token", GobBytes.Text, "any"), new("Data", GobBytes.Data, null)]),
        ];
        foreach (var frame in frames)
        {
            await socket.SendAsync(RawWebSocket.Binary, frame);
            Assert.Equal((1001, "i", "op", 0), await socket.NextAsync());
        }
    }

    [Fact]
    [CoversOpenImGateway("201")]
    public async Task What_the_envelope_lacks_is_answered_201_with_the_rest_and_the_connection_stays()
    {
        var (socket, user) = await RawWebSocket.LoginAsync(server);
        await using var _ = socket;
        var wanted = new (int Id, string Send, string Operation, string Incr)[]
        {
            (0, user, "op", "i"), (1001, "", "op", "i"), (1001, user, "", "i"), (1001, user, "op", ""), (0, "", "", ""),
        };
        foreach (var (id, send, operation, incr) in wanted)
        {
            await socket.SendAsync(RawWebSocket.Binary, GobBytes.Request(id, send, operation, incr, []));
            var answer = await socket.ReadEnvelopeAsync();
            Assert.Equal(id, answer.Identifier);
            Assert.Equal((incr, operation, 201), (answer.MsgIncr, answer.OperationId, answer.Code));
        }
        var wrongCase = GobBytes.Frame(
            65, "Req", new("reqIdentifier", GobBytes.Int, 1001L), new("SendID", GobBytes.Text, user), new("OperationID", GobBytes.Text, "op"),
            new("MsgIncr", GobBytes.Text, "i"));
        await socket.SendAsync(RawWebSocket.Binary, wrongCase); // names have case
        Assert.Equal(201, (await socket.ReadEnvelopeAsync()).Code);
        await socket.SendAsync(RawWebSocket.Binary, GobBytes.Request(1001, user, "op", "i", []));
        Assert.Equal((1001, "i", "op", 0), await socket.NextAsync());
    }

    [Fact]
    [CoversOpenImGateway("202")]
    public async Task Nobody_speaks_for_somebody_else()
    {
        await using var peer = await server.LoginAsync();
        await using var other = await server.LoginAsync();
        foreach (var identifier in new[] { 1001, 1002, 1003, 1004, 2003, 77 })
        {
            var answer = await peer.AskBytesAsync(GobBytes.Request(identifier, other.UserId, "op", "x", []), "x");
            Assert.Equal((identifier, 202), (answer.Identifier, answer.Code));
        }
        var forged = ProtoMessage.Of(OpenImGatewayMessage.To(other.UserId, other.UserId, "forged"));
        await peer.FailAsync(202, OpenImGatewayPeer.Send, forged);
        await peer.FailAsync(202, OpenImGatewayPeer.Send, []); // sendID is empty
        await peer.SayAsync(OpenImGatewayMessage.To(peer.UserId, other.UserId, "true"));
        await other.NextAsync("true");
    }

    [Fact]
    [CoversOpenImGateway("1004", "unknown request", "204")]
    public async Task Requests_that_are_not_served_are_answered_204()
    {
        await using var peer = await server.LoginAsync();
        foreach (var identifier in new[] { 1004, 1, 1000, 1005, 2001, 2002, 2004, 3001, 9999, int.MaxValue })
            await peer.FailAsync(204, identifier, [1, 2, 3]);
        await peer.NewestAsync();
    }

    [Fact]
    [CoversOpenImGateway("2003")]
    public async Task Logout_is_answered_and_then_closed_and_the_token_stays_good()
    {
        await using var peer = await server.LoginAsync(OpenImGatewayServer.NewName());
        var answer = await peer.AskAsync(2003, []);
        Assert.Equal(0, answer.Code);
        Assert.Empty(answer.Data);
        await peer.ExpectClosedAsync();
        await using var again = await OpenImGatewayPeer.ConnectAsync(server.Gate, peer.UserId, peer.Token);
        await again.NewestAsync();
    }

    [Fact]
    [CoversOpenImGateway("3001", "200")]
    public async Task What_cannot_be_decoded_is_answered_3001_and_closed()
    {
        var good = GobBytes.Request(1001, "u", "op", "i", []);
        var fields = GobBytes.Fields(1001, "u", "op", "i", []);
        var value = GobBytes.Value(65, fields);
        byte[][] bad =
        [
            [], [0], [1], [0xFF], [0xF7], "not gob"u8.ToArray(), GobBytes.RequestPrefix, value,
            [.. good, 0], [.. good, .. value], [.. good, .. good],
            [.. GobBytes.RequestPrefix, .. GobBytes.Value(66, fields)], // a type that was not described
            [.. GobBytes.Description(65, "Req", new GobField("X", 70, null)), .. GobBytes.Value(65, new GobField("X", 70, 5L))],
            [.. GobBytes.RequestPrefix, 0x7F, .. value[1..]], // longer than it is
            [.. GobBytes.RequestPrefix, 0xF8, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [.. GobBytes.RequestPrefix, 5, 0xFF, 0x82, 9, 1, 0], // a field that is not there
            .. Enumerable.Range(1, 12).Select(i => good[..(good.Length * i / 13)]),
        ];
        foreach (var frame in bad)
        {
            var (socket, _) = await RawWebSocket.LoginAsync(server);
            await using var __ = socket;
            await socket.SendAsync(RawWebSocket.Binary, frame);
            await socket.ExpectNotDecodedAsync();
        }
    }

    [Fact]
    [CoversOpenImGateway("3001")]
    public async Task Garbage_closes_its_own_connection_and_nothing_else()
    {
        await using var witness = await server.LoginAsync();
        var random = new Random(20_220_225);
        for (var i = 0; i < 60; i++)
        {
            var (socket, user) = await RawWebSocket.LoginAsync(server);
            await using var _ = socket;
            var frame = GobBytes.Request(1001 + (i % 3), user, "op", "i", ProtoMessage.Of(OpenImGatewayMessage.To(user, "nobody")));
            for (var flips = random.Next(1, 8); flips > 0; flips--)
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
            await socket.SendAsync(RawWebSocket.Binary, frame);
            await socket.SendAsync(RawWebSocket.Close, [0x03, 0xE8]);
            await socket.Raw.ReadToEndAsync(); // whatever the answer, there is an end
        }
        await witness.NewestAsync();
        Assert.DoesNotContain(server.Process.Output, static line => line.Contains("The request ", StringComparison.Ordinal));
    }

    [Fact]
    [CoversOpenImGateway("1001")]
    public async Task Text_frames_are_ignored_pings_are_answered_and_fragments_are_put_together()
    {
        var (socket, user) = await RawWebSocket.LoginAsync(server);
        await using var _ = socket;
        var request = GobBytes.Request(1001, user, "op", "i", []);
        await socket.SendAsync(RawWebSocket.Text, """{"reqIdentifier":1001}"""u8.ToArray());
        await socket.SendAsync(RawWebSocket.Ping, "are you there"u8.ToArray());
        var (opcode, payload) = await socket.ReadAsync();
        Assert.Equal((RawWebSocket.Pong, "are you there"), (opcode, System.Text.Encoding.UTF8.GetString(payload)));
        await socket.SendAsync(RawWebSocket.Binary, request[..20], isFinal: false);
        await socket.SendAsync(RawWebSocket.Ping, []);
        Assert.Equal(RawWebSocket.Pong, (await socket.ReadAsync()).Opcode);
        for (var at = 20; at < request.Length; at++)
            await socket.SendAsync(RawWebSocket.Continuation, [request[at]], isFinal: at == request.Length - 1);
        Assert.Equal((1001, "i", "op", 0), await socket.NextAsync());
        var bytes = RawWebSocket.Frame(RawWebSocket.Binary, request);
        foreach (var one in bytes) // byte by byte over the wire
            await socket.Raw.SendAsync(new byte[] { one });
        Assert.Equal((1001, "i", "op", 0), await socket.NextAsync());
        byte[] three = [.. bytes, .. bytes, .. bytes];
        await socket.Raw.SendAsync(three); // and many at once
        for (var i = 0; i < 3; i++)
            Assert.Equal((1001, "i", "op", 0), await socket.NextAsync());
        await socket.SendAsync(RawWebSocket.Close, [0x03, 0xE8]);
        Assert.Equal(1000, await socket.ExpectClosedAsync());
    }

    [Theory]
    [CoversOpenImGateway("1001")]
    [InlineData(false, RawWebSocket.Binary)] // not masked
    [InlineData(true, (byte)3)] // a kind of frame that there is not
    [InlineData(true, (byte)0x42)] // a reserved bit
    public async Task What_is_no_frame_of_a_client_closes(bool isMasked, byte opcode)
    {
        var (socket, user) = await RawWebSocket.LoginAsync(server);
        await using var _ = socket;
        await socket.Raw.TrySendAsync(RawWebSocket.Frame(opcode, GobBytes.Request(1001, user, "op", "i", []), isMasked: isMasked));
        await socket.ExpectClosedAsync();
    }
}
