using System.Text;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Fpnn;

/// <summary>FPNN over HTTP (fpnn.md §6.2, §10.5).</summary>
public sealed class HttpTests(RtmServer server)
{
    [Theory]
    [InlineData("RtmClient")]
    [InlineData("RtmDispatch")]
    public async Task Get_of_the_built_in_ping_is_answered(string door)
    {
        await using var peer = await RawPeer.ConnectAsync(server.Process.Endpoints[door]);
        var (head, body) = await AskAsync(peer, "GET /service/*ping HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", head);
        Assert.Matches("^\\{\"ts\":[0-9]{13}\\}$", body);
        Assert.Contains("\r\nServer: FPNN/1.0\r\n", head);
        Assert.Contains("\r\nContent-Type: application/json\r\n", head);
        Assert.Contains("\r\nConnection: Keep-Alive\r\n", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nDate: ", head);
        Assert.DoesNotContain("Access-Control", head);
    }

    [Fact]
    public async Task Post_maps_to_a_quest_with_its_json_body()
    {
        await using var peer = await RawPeer.ConnectAsync(server.Dispatch);
        var (head, body) = await AskAsync(peer, Post("/service/which", "{\"what\":\"rtmGated\"}"));
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", head);
        Assert.Equal($"{{\"server\":\"{server.Gate}\",\"endpoint\":\"{server.Gate}\"}}", body);
        // the same connection, another request
        (head, body) = await AskAsync(peer, Post("/service/whichall", "{\"what\":\"rtmGated\"}"));
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", head);
        Assert.StartsWith("{\"servers\":[\"", body);
    }

    [Fact]
    public async Task Errors_are_500_with_the_json_error()
    {
        await using var peer = await RawPeer.ConnectAsync(server.Dispatch);
        var (head, body) = await AskAsync(peer, Post("/service/which", "{\"what\":\"nothing\"}"));
        Assert.StartsWith("HTTP/1.1 500 Internal Server Error\r\n", head);
        Assert.Equal("{\"code\":100001,\"ex\":\"Disallowed service.\",\"raiser\":\"Dispatcher\"}", body);
        (head, body) = await AskAsync(peer, Post("/service/which", "{}"));
        Assert.StartsWith("HTTP/1.1 500 ", head);
        Assert.StartsWith("{\"code\":10009,\"ex\":", body);
        (_, body) = await AskAsync(peer, Post("/service/nosuch", "{}"));
        Assert.StartsWith("{\"code\":20004,\"ex\":", body);
    }

    [Fact]
    public async Task Nobody_logs_in_over_http()
    {
        await using var peer = await RawPeer.ConnectAsync(server.Gate);
        var uid = server.NewUser();
        var (head, body) = await AskAsync(peer, Post("/service/auth", $$"""{"pid":1000,"uid":{{uid}},"token":"{{Seed.TokenOf(uid)}}"}"""));
        Assert.StartsWith("HTTP/1.1 500 ", head);
        Assert.StartsWith("{\"code\":200020,", body);
        (_, body) = await AskAsync(peer, Post("/service/getfriends", "{}"));
        Assert.StartsWith("{\"code\":200022,", body);
        (head, body) = await AskAsync(peer, Post("/service/ping", "{}"));
        Assert.StartsWith("HTTP/1.1 200 ", head);
        Assert.Equal("{}", body);
        await using var watcher = await server.LoginAsync();
        Assert.Empty((await watcher.OkAsync("getonlineusers", ("uids", new[] { uid }))).List("uids"));
    }

    [Theory]
    [InlineData("fpnn=%7B%22what%22%3A%22rtmGated%22%7D")]
    [InlineData("a=b&fpnn={%22what%22:%22rtmGated%22}&c=d")]
    public async Task Get_takes_its_payload_out_of_the_query(string query)
    {
        await using var peer = await RawPeer.ConnectAsync(server.Dispatch);
        var (head, body) = await AskAsync(peer, $"GET /service/which?{query} HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", head);
        Assert.Contains(server.Gate.ToString(), body);
    }

    [Fact]
    public async Task A_request_with_an_origin_gets_the_cors_headers()
    {
        await using var peer = await RawPeer.ConnectAsync(server.Gate);
        var (head, _) = await AskAsync(peer, "GET /service/*ping HTTP/1.1\r\nHost: x\r\nOrigin: http://somewhere\r\n\r\n");
        Assert.Contains("\r\nAccess-Control-Allow-Origin: *\r\n", head);
        Assert.Contains("\r\nAccess-Control-Allow-Credentials: true\r\n", head);
        Assert.Contains("\r\nAccess-Control-Allow-Methods: GET, POST\r\n", head);
    }

    [Theory]
    [InlineData("content-length: 19")]
    [InlineData("CONTENT-LENGTH: 19")]
    [InlineData("Connection: close\r\nContent-Length: 19")]
    public async Task Header_names_have_no_case(string header)
    {
        await using var peer = await RawPeer.ConnectAsync(server.Dispatch);
        var (head, _) = await AskAsync(peer, $"POST /service/which HTTP/1.1\r\nhost: x\r\n{header}\r\n\r\n{{\"what\":\"rtmGated\"}}");
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", head);
    }

    [Fact]
    public async Task Bodies_may_be_chunked_and_split_anywhere()
    {
        await using var peer = await RawPeer.ConnectAsync(server.Dispatch);
        const string Chunked = "POST /service/which HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"what\":\r\nb\r\n\"rtmGated\"}\r\n0\r\n\r\n";
        var (head, _) = await AskAsync(peer, Chunked);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", head);
        foreach (var one in Encoding.ASCII.GetBytes(Chunked))
            await peer.SendAsync(new[] { one });
        (head, _) = await ReadAsync(peer);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", head);
    }

    [Fact]
    public async Task Http_1_0_is_answered_too()
    {
        await using var peer = await RawPeer.ConnectAsync(server.Dispatch);
        await peer.SendTextAsync("POST /service/which HTTP/1.0\r\nContent-Length: 19\r\n\r\n{\"what\":\"rtmGated\"}");
        var text = Encoding.UTF8.GetString(await ReadUntilAsync(peer, "\"}"));
        Assert.Contains(" 200 OK\r\n", text);
        Assert.Contains(server.Gate.ToString(), text);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /service HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /service/ HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /Service/*ping HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /service/*ping/x HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /service/*ping?a?b HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /service/which?fpnn=%7B%22what%22%3A%22a%3Db%22%7D HTTP/1.1\r\nHost: x\r\n\r\n")] // = in the JSON
    [InlineData("GET /service/which?fpnn=[] HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /service/which?fpnn={ HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("POST /service/which HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("POST /service/which HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("POST /service/which HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n[]")]
    [InlineData("POST /service/which HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n{")]
    [InlineData("POST /service/which HTTP/1.1\r\nHost: x\r\nContent-Length: 8388609\r\n\r\n{")]
    [InlineData("PUT /service/which HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("POST /service/*key HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", true)]
    public async Task What_is_no_quest_ends_the_connection_without_a_response(string request, bool mayAnswer = false)
    {
        await using var peer = await RawPeer.ConnectAsync(server.Dispatch);
        await peer.TrySendAsync(Encoding.ASCII.GetBytes(request));
        if (mayAnswer)
            Assert.StartsWith("HTTP/1.1 500 ", await peer.ReadHeadAsync()); // unknown here: there is nothing to encrypt
        else
            await peer.ExpectClosedAsync();
    }

    private static string Post(string path, string body) =>
        $"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    private static async Task<(string Head, string Body)> AskAsync(RawPeer peer, string request)
    {
        await peer.SendTextAsync(request);
        return await ReadAsync(peer);
    }

    private static async Task<(string Head, string Body)> ReadAsync(RawPeer peer)
    {
        var head = await peer.ReadHeadAsync();
        var length = head.Split("Content-Length: ")[1].Split('\r')[0];
        return (head, Encoding.UTF8.GetString(await peer.ReadAsync(int.Parse(length))));
    }

    private static async Task<byte[]> ReadUntilAsync(RawPeer peer, string end)
    {
        var all = new List<byte>();
        while (!Encoding.UTF8.GetString([.. all]).EndsWith(end, StringComparison.Ordinal))
            all.AddRange(await peer.ReadAsync(1));
        return [.. all];
    }
}
