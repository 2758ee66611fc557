using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Parley.Conformance.Tests.Fpnn;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>Connections of back ends: ping and idle close (rtm-server.md §1.4), WebSocket, HTTP and encryption (§1.1).</summary>
public sealed class ServerConnectionTests(BackEndServer server)
{
    [Fact]
    [CoversServer("ping")]
    public async Task The_gate_pings_whoever_has_sent_a_quest()
    {
        await using var peer = await RawPeer.ConnectAsync(server.Gate);
        await peer.SendAsync(Frame.Quest(1, "getfriends", Pack.Map())); // not even signed
        Assert.True((await peer.ReadPackageAsync()).IsError);
        for (var i = 0; i < 2; i++)
        {
            var ping = await peer.ReadPackageAsync();
            Assert.Equal(("ping", Frame.TwoWay, 0), (ping.Method, ping.Type, ping.Body.Count));
            await peer.SendAsync(Frame.Answer(ping.Sequence, Pack.Map(("code", 20004), ("ex", "no monitor")), status: 1));
        }
    }

    [Fact]
    [CoversServer("ping")]
    public async Task A_silent_connection_is_closed_and_one_that_answers_pings_by_errors_stays()
    {
        var process = await RtmServer.StartAsync(
            seed => seed.ProjectAsync(BackEndServer.Pid, new()),
            new Dictionary<string, string> { ["Rtm:ServerPingSeconds"] = "1", ["Rtm:ServerIdleSeconds"] = "8" });
        try
        {
            var gate = process.Endpoints["RtmServer"];
            await using var silent = await BackEnd.ConnectAsync(gate, BackEndServer.Pid);
            await using var mute = await RawPeer.ConnectAsync(gate); // never says anything and is not pinged
            await using var grumbling = await RawPeer.ConnectAsync(gate);
            silent.Peer.AnswersPings = false;
            await silent.OkAsync("getfriends", ("uid", 1));
            await grumbling.SendAsync(Frame.Quest(1, "getfriends", Pack.Map(silent.Signed("getfriends", ("uid", 1)))));
            await grumbling.ReadPackageAsync();
            while (!silent.Peer.Closed.IsCompleted)
            {
                var ping = await grumbling.ReadPackageAsync();
                await grumbling.SendAsync(Frame.Answer(ping.Sequence, Pack.Map(("code", 20004), ("ex", "")), status: 1));
            }
            await silent.Peer.ExpectClosedAsync();
            await mute.ExpectClosedAsync();
            await grumbling.SendAsync(Frame.Quest(2, "getfriends", Pack.Map(silent.Signed("getfriends", ("uid", 1)))));
            var answer = await ImpatientServer.NextAnswerAsync(grumbling);
            Assert.Equal((2u, false), (answer.Sequence, answer.IsError));
        }
        finally
        {
            await RtmServer.EndAsync(process);
        }
    }

    [Theory]
    [InlineData(SignForm.Legacy)]
    [InlineData(SignForm.Timed)]
    public async Task Over_http_everything_is_served_but_listening(SignForm form)
    {
        await using var backEnd = await server.ConnectAsync(form: form);
        await using var http = await RawPeer.ConnectAsync(server.Gate);
        await using var ben = await server.LoginAsync(backEnd);
        var mid = server.NewMid();
        var (status, body) = await PostAsync(http, "sendmsg", form, ("from", 5), ("to", ben.UserId), ("mid", mid), ("mtype", 8), ("msg", "hi"), ("attrs", ""));
        Assert.StartsWith("HTTP/1.1 200 ", status);
        Assert.Matches("^\\{\"mtime\":[0-9]{13}\\}$", body);
        await ben.ExpectMidAsync("pushmsg", mid);
        (status, body) = await PostAsync(http, "getonlineusers", form, ("uids", new[] { ben.UserId, 6 }));
        Assert.StartsWith("HTTP/1.1 200 ", status);
        Assert.Equal($"{{\"uids\":[{ben.UserId}]}}", body);
        foreach (var method in new[] { "addlisten", "removelisten", "setlisten" })
        {
            (status, body) = await PostAsync(http, method, form, ("gids", new[] { 1 }));
            Assert.StartsWith("HTTP/1.1 500 ", status);
            Assert.StartsWith("{\"code\":200020,", body);
        }
        (status, body) = await PostAsync(http, "sendmsg", form);
        Assert.StartsWith("HTTP/1.1 500 ", status);
        Assert.StartsWith("{\"code\":10009,", body);
        await http.SendTextAsync(Request("getfriends", "{\"pid\":2000,\"salt\":1,\"sign\":\"00\",\"uid\":1}"));
        (_, body) = await ReadAsync(http);
        Assert.StartsWith("{\"code\":200002,", body);
    }

    [Fact]
    [CoversServer("addlisten")]
    public async Task Over_a_websocket_everything_is_served_and_listening_too()
    {
        await using var sender = await server.ConnectAsync();
        using var socket = new ClientWebSocket();
        await Wait.For(socket.ConnectAsync(new Uri($"ws://{server.Gate}/service/websocket"), CancellationToken.None), "the WebSocket");
        var from = server.NewUser();
        await SendAsync(WebSocketMessageType.Binary, Frame.Quest(1, "addlisten", Pack.Map(sender.Signed("addlisten", ("uids", new[] { from })))));
        Assert.False((await NextAsync()).IsError);
        var mid = server.NewMid();
        await sender.OkAsync("sendmsg", [("from", from), .. Say.To(5, mid)]);
        var push = await NextAsync();
        Assert.Equal(("pushmsg", mid), (push.Method, push.Body.Int("mid")));
        await SendAsync(WebSocketMessageType.Binary, Frame.Answer(push.Sequence, [0x80]));
        await SendAsync(WebSocketMessageType.Text, Frame.JsonQuest(2, "getfriends", Json("getfriends", SignForm.Timed, ("uid", from))));
        Assert.Equal("{\"uids\":[]}", (await NextAsync()).Json);

        Task SendAsync(WebSocketMessageType type, byte[] package) => Wait.For(socket.SendAsync(package, type, true, CancellationToken.None), "sending");

        async Task<Package> NextAsync()
        {
            var buffer = new byte[65_536];
            while (true)
            {
                var received = await Wait.For(socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).AsTask(), "a package");
                Assert.True(received.EndOfMessage);
                var package = new Package(buffer[..received.Count]);
                if (package.Method != "ping")
                    return package;
            }
        }
    }

    [Fact]
    public async Task A_connection_may_be_encrypted_and_may_have_to_be()
    {
        var directory = Directory.CreateTempSubdirectory("parley-conf-").FullName;
        var file = Path.Combine(directory, "fpnn.key");
        var vector = Vectors.Curves["secp256k1"];
        await File.WriteAllBytesAsync(file, Hex.Bytes(Vectors.ServerPrivate)[..vector.Length]);
        var process = await RtmServer.StartAsync(
            seed => seed.ProjectAsync(BackEndServer.Pid, new()),
            new Dictionary<string, string> { ["Rtm:KeyFile"] = file, ["Rtm:RequireEncryption"] = "true" },
            directory);
        try
        {
            var gate = process.Endpoints["RtmServer"];
            var (key, iv) = (Hex.Bytes(vector.Key128), Hex.Bytes(vector.Iv));
            using var outgoing = new Cfb(key, iv, encrypts: true);
            using var incoming = new Cfb(key, iv, encrypts: false);
            await using var peer = await RawPeer.ConnectAsync(gate);
            await peer.SendAsync(Frame.Quest(1, "*key", Pack.Map(("publicKey", Hex.Bytes(vector.Client)), ("streamMode", true), ("bits", 128))));
            Assert.Equal(1u, (await ReadAsync()).Sequence);
            var common = BackEnd.Common(BackEndServer.Pid, "setlisten", SignForm.Timed);
            await peer.SendAsync(outgoing.Transform(Frame.Quest(2, "setlisten", Pack.Map([.. common, ("all", true)]))));
            Assert.False((await ReadAsync()).IsError);
            await using var open = await RawPeer.ConnectAsync(gate);
            await open.TrySendAsync(Frame.Quest(1, "getfriends", Pack.Map([.. common, ("uid", 1)])));
            await open.ExpectClosedAsync();

            async Task<Package> ReadAsync()
            {
                var header = incoming.Transform(await peer.ReadAsync(12));
                return new([.. header, .. incoming.Transform(await peer.ReadAsync(Package.LengthOf(header) - 12))]);
            }
        }
        finally
        {
            await RtmServer.EndAsync(process);
        }
    }

    private static Task<(string Status, string Body)> PostAsync(
        RawPeer peer, string method, SignForm form, params (string Key, object? Value)[] parameters) =>
        PostAsync(peer, method, Json(method, form, parameters));

    private static async Task<(string Status, string Body)> PostAsync(RawPeer peer, string method, string json)
    {
        await peer.SendTextAsync(Request(method, json));
        return await ReadAsync(peer);
    }

    private static string Json(string method, SignForm form, params (string Key, object? Value)[] parameters) =>
        JsonSerializer.Serialize(BackEnd.Common(BackEndServer.Pid, method, form).Concat(parameters).ToDictionary(pair => pair.Key, pair => pair.Value));

    private static string Request(string method, string json) =>
        $"POST /service/{method} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}";

    private static async Task<(string Status, string Body)> ReadAsync(RawPeer peer)
    {
        var head = await peer.ReadHeadAsync();
        var length = head.Split("\r\n").Single(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))["Content-Length:".Length..];
        return (head, Encoding.UTF8.GetString(await peer.ReadAsync(int.Parse(length))));
    }
}
