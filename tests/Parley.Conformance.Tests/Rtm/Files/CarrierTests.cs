using System.Text;
using System.Text.Json;
using Parley.Conformance.Tests.Fpnn;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm.Files;

/// <summary>Uploads over every carrier, in pieces of every size.</summary>
public sealed class CarrierTests(FileServer server)
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(17)]
    public async Task An_upload_may_come_in_pieces(int piece)
    {
        await using var sender = await server.LoginAsync();
        await using var receiver = await server.LoginAsync();
        await using var raw = await RawPeer.ConnectAsync(server.Gate);
        var (bytes, mid) = await FrameAsync(sender, receiver.UserId, Upload.Hello);
        for (var at = 0; at < bytes.Length; at += piece)
            await raw.SendAsync(bytes.AsMemory(at, Math.Min(piece, bytes.Length - at)));
        Assert.False((await raw.ReadPackageAsync()).IsError);
        await receiver.ExpectMidAsync("pushmsg", mid);
    }

    [Fact]
    public async Task Uploads_and_other_quests_follow_each_other_without_a_gap()
    {
        await using var sender = await server.LoginAsync();
        await using var receiver = await server.LoginAsync();
        await using var raw = await RawPeer.ConnectAsync(server.Gate);
        var (first, mid1) = await FrameAsync(sender, receiver.UserId, new byte[200_000], sequence: 1);
        var (second, mid2) = await FrameAsync(sender, receiver.UserId, Upload.Hello, sequence: 3);
        await raw.SendAsync((byte[])[.. first, .. Frame.Quest(2, "*ping", [0x80]), .. second, .. Frame.Quest(4, "*ping", [0x80])]);
        var answers = new List<Package>();
        for (var i = 0; i < 4; i++)
            answers.Add(await raw.ReadPackageAsync());
        Assert.All(answers, answer => Assert.False(answer.IsError));
        Assert.Equal([1u, 2u, 3u, 4u], answers.Select(answer => answer.Sequence).Order());
        var mids = new[] { (await receiver.NextBodyAsync("pushmsg")).Int("mid"), (await receiver.NextBodyAsync("pushmsg")).Int("mid") };
        Assert.Equal([mid1, mid2], mids.Order());
    }

    [Fact]
    public async Task A_file_may_be_a_string_and_a_quest_one_way()
    {
        await using var sender = await server.LoginAsync();
        await using var receiver = await server.LoginAsync();
        await using var raw = await RawPeer.ConnectAsync(server.Gate);
        var (parameters, mid) = await QuestAsync(sender, receiver.UserId, Upload.Hello);
        await raw.SendAsync(Frame.Quest(
            0, "sendfile", Pack.Map(parameters.With("file", "hello rtm file\n")), Frame.OneWay));
        await receiver.ExpectMidAsync("pushmsg", mid);
    }

    [Fact]
    public async Task A_json_quest_carries_a_file_of_text()
    {
        await using var sender = await server.LoginAsync();
        await using var receiver = await server.LoginAsync();
        await using var raw = await RawPeer.ConnectAsync(server.Gate);
        foreach (var size in new[] { 15, 300_000 })
        {
            var (json, mid) = await JsonAsync(sender, receiver.UserId, new string('ä', size));
            await raw.SendAsync(Frame.JsonQuest(5, "sendfile", json));
            var answer = await raw.ReadPackageAsync();
            Assert.False(answer.IsError, answer.Json);
            Assert.StartsWith("{\"mtime\":", answer.Json, StringComparison.Ordinal);
            await receiver.ExpectMidAsync("pushmsg", mid);
        }
    }

    [Fact]
    public async Task Http_posts_carry_a_file_of_text()
    {
        await using var sender = await server.LoginAsync();
        await using var receiver = await server.LoginAsync();
        using var http = new HttpClient { BaseAddress = new Uri($"http://{server.Gate}/") };
        foreach (var (size, isChunked) in new[] { (15, false), (300_000, false), (300_000, true) })
        {
            var (json, mid) = await JsonAsync(sender, receiver.UserId, new string('x', size));
            using var request = new HttpRequestMessage(HttpMethod.Post, "service/sendfile") { Content = new StringContent(json, Encoding.UTF8) };
            request.Headers.TransferEncodingChunked = isChunked;
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)answer.StatusCode);
            await receiver.ExpectMidAsync("pushmsg", mid);
        }
        using var bad = await http.PostAsync("service/sendfile", new StringContent("{}"), TestContext.Current.CancellationToken);
        Assert.Equal(500, (int)bad.StatusCode);
        Assert.StartsWith("{\"code\":10009,", await bad.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task A_websocket_carries_uploads_in_any_number_of_frames(int frames)
    {
        await using var sender = await server.LoginAsync();
        await using var receiver = await server.LoginAsync();
        await using var socket = await WebSocketPeer.ConnectAsync(server.Gate);
        foreach (var size in new[] { 15, 300_000 })
        {
            var (bytes, mid) = await FrameAsync(sender, receiver.UserId, new byte[size]);
            var piece = Math.Max(bytes.Length / frames, 40);
            for (var at = 0; at < bytes.Length; at += piece)
            {
                var end = Math.Min(at + piece, bytes.Length);
                await socket.SendAsync(at == 0 ? WebSocketPeer.Binary : (byte)0, bytes[at..end], end == bytes.Length);
            }
            Assert.False((await socket.ReadPackageAsync()).IsError);
            await receiver.ExpectMidAsync("pushmsg", mid);
        }
        await socket.SendAsync(WebSocketPeer.Binary, Frame.Quest(9, "*ping", [0x80]));
        Assert.Equal(9u, (await socket.ReadPackageAsync()).Sequence);
    }

    [Fact]
    public async Task A_websocket_message_must_be_exactly_the_upload()
    {
        await using var sender = await server.LoginAsync();
        var (bytes, _) = await FrameAsync(sender, server.NewUser(), Upload.Hello);
        foreach (var wrong in new[] { bytes[..^1], [.. bytes, 0] })
        {
            await using var socket = await WebSocketPeer.ConnectAsync(server.Gate);
            await socket.Raw.TrySendAsync(WebSocketPeer.Masked(WebSocketPeer.Binary, wrong));
            await socket.ExpectClosedAsync();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Encrypted_uploads_stream_in_both_modes(bool stream)
    {
        var directory = Directory.CreateTempSubdirectory("parley-conf-").FullName;
        var key = Path.Combine(directory, "fpnn.key");
        await File.WriteAllBytesAsync(key, Hex.Bytes(Vectors.ServerPrivate)[..32], TestContext.Current.CancellationToken);
        var process = await RtmServer.StartAsync(
            FileServer.SeedAsync, new Dictionary<string, string> { ["Rtm:KeyFile"] = key, ["Rtm:RequireEncryption"] = "true" }, directory);
        try
        {
            // logins need encryption here too, so the token comes from a back end's encrypted quest
            var gate = process.Endpoints["RtmFile"];
            await using (var plain = await RawPeer.ConnectAsync(gate))
            {
                await plain.TrySendAsync(Frame.Quest(1, "sendfile", Pack.Map(Upload.Of(FileServer.Pid, 5, "x", 1))));
                await plain.ExpectClosedAsync();
            }
            foreach (var size in new[] { 15, 1_000_000 })
            {
                var token = await TokenAsync(process.Endpoints["RtmServer"]);
                var file = new byte[size];
                await using var session = await EncryptionTests.Session.OpenAsync(gate, "secp256k1", 256, stream);
                var quest = Frame.Quest(2, "sendfile", Pack.Map(Upload.Of(FileServer.Pid, 5, token, size, file)));
                await session.Raw.SendAsync(
                    (byte[])[.. session.KeyQuest(), .. session.Seal(quest), .. session.Seal(Frame.Quest(3, "*ping", [0x80]))]);
                Assert.Equal(1u, (await session.ReadAsync()).Sequence);
                var answers = new[] { await session.ReadAsync(), await session.ReadAsync() };
                Assert.All(answers, answer => Assert.False(answer.IsError, answer.ToString()));
                Assert.Equal([2u, 3u], answers.Select(answer => answer.Sequence).Order());
            }
        }
        finally
        {
            await RtmServer.EndAsync(process);
        }

        static async Task<string> TokenAsync(System.Net.IPEndPoint gate)
        {
            await using var backEnd = await EncryptionTests.Session.OpenAsync(gate, "secp256k1", 128, stream: true);
            await backEnd.Raw.SendAsync(backEnd.KeyQuest());
            await backEnd.ReadAsync();
            await backEnd.Raw.SendAsync(backEnd.Seal(Frame.Quest(2, "filetoken", Pack.Map(
            [
                .. ServerGate.BackEnd.Common(FileServer.Pid, "filetoken", ServerGate.SignForm.Legacy),
                ("from", 5), ("cmd", "sendfile"), ("to", 6),
            ]))));
            return (await backEnd.ReadAsync()).Body.Text("token");
        }
    }

    [Fact]
    public async Task An_upload_that_is_no_map_or_too_long_ends_the_connection()
    {
        foreach (var payload in new byte[][] { [0xc1], [5], [0x81, 0xa1, (byte)'a'] })
        {
            await using var raw = await RawPeer.ConnectAsync(server.Gate);
            await raw.TrySendAsync(Frame.Quest(1, "sendfile", payload));
            await raw.ExpectClosedAsync();
        }
        await using var tooLong = await RawPeer.ConnectAsync(server.Gate);
        await tooLong.TrySendAsync(Hex.Bytes("46504e4e01800108 01008000 01000000").Concat("sendfile"u8.ToArray()).ToArray());
        await tooLong.ExpectClosedAsync();
        await using var ordinary = await RawPeer.ConnectAsync(server.Gate);
        await ordinary.TrySendAsync(Frame.Quest(1, "*ping", Pack.Map(("x", new byte[65_536]))));
        await ordinary.ExpectClosedAsync();
    }

    private async Task<(string Json, long Mid)> JsonAsync(RtmPeer sender, long to, string text)
    {
        var file = Encoding.UTF8.GetBytes(text);
        var token = await FileServer.TokenAsync(sender, "sendfile", ("to", to));
        var mid = server.NewMid();
        var json = JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["pid"] = FileServer.Pid,
            ["from"] = sender.UserId,
            ["token"] = token,
            ["mid"] = mid,
            ["mtype"] = 50,
            ["file"] = text,
            ["attrs"] = Upload.Attrs(file, token),
        });
        return (json, mid);
    }

    private async Task<((string Key, object? Value)[] Parameters, long Mid)> QuestAsync(RtmPeer sender, long to, byte[] file)
    {
        var token = await FileServer.TokenAsync(sender, "sendfile", ("to", to));
        var mid = server.NewMid();
        return (Upload.Of(FileServer.Pid, sender.UserId, token, mid, file), mid);
    }

    private async Task<(byte[] Bytes, long Mid)> FrameAsync(RtmPeer sender, long to, byte[] file, uint sequence = 5)
    {
        var (parameters, mid) = await QuestAsync(sender, to, file);
        return (Frame.Quest(sequence, "sendfile", Pack.Map(parameters)), mid);
    }
}
