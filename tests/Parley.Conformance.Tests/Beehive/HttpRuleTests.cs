using System.Text;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Beehive;

/// <summary>What holds for all interfaces (beehive.md §2).</summary>
public sealed class HttpRuleTests(BeehiveHttpServer server)
{
    private const int Limit = 60 * 1024;

    [Theory]
    [CoversBeehive("10020")]
    [InlineData("GET", "/")]
    [InlineData("GET", "/im")]
    [InlineData("GET", "/im/")]
    [InlineData("GET", "/im/registers?uid=1")]
    [InlineData("GET", "/IM/register?uid=1&nation=1")]
    [InlineData("GET", "/im/register/?uid=1&nation=1")]
    [InlineData("GET", "/group/config?option=gag")]
    [InlineData("POST", "/push?dim=broadcast")]
    [InlineData("PUT", "/nothing")]
    public async Task An_unknown_path_is_404(string method, string target)
    {
        var answer = await HttpPeer.CallAsync(server.Http, method, target, method == "GET" ? null : Array.Empty<byte>());
        Assert.Equal(404, answer.Status);
        Assert.Equal("""{"code":10020,"errmsg":"Request api not found"}""", answer.Text);
        Assert.Equal("application/json; charset=utf-8", answer.Header("Content-Type"));
    }

    [Theory]
    [CoversBeehive("10021")]
    [InlineData("POST", "/im/register", "GET")]
    [InlineData("POST", "/im/iplist", "GET")]
    [InlineData("POST", "/im/config", "GET")]
    [InlineData("PUT", "/im/query", "GET")]
    [InlineData("POST", "/im/group/config", "GET")]
    [InlineData("DELETE", "/im/group/query", "GET")]
    [InlineData("POST", "/im/room/config", "GET")]
    [InlineData("POST", "/room/query", "GET")]
    [InlineData("HEAD", "/im/register", "GET")]
    [InlineData("OPTIONS", "/im/register", "GET")]
    [InlineData("get", "/im/register", "GET")]
    [InlineData("GET", "/im/push?dim=broadcast", "POST")]
    [InlineData("PUT", "/im/push?dim=broadcast", "POST")]
    [InlineData("GET", "/room/push?dim=room&rid=1", "POST")]
    public async Task Another_method_is_405_and_told_which_one_is_right(string method, string target, string right)
    {
        var answer = await HttpPeer.CallAsync(server.Http, method, target, method is "POST" or "PUT" ? Array.Empty<byte>() : null);
        Assert.Equal(405, answer.Status);
        Assert.Equal(right, answer.Header("Allow"));
        if (method != "HEAD")
            Assert.Equal("""{"code":10021,"errmsg":"Http method not supported"}""", answer.Text);
    }

    [Theory]
    [CoversBeehive("20007")]
    [InlineData("/im/config?action=list", "Unsupport this option:.")]
    [InlineData("/im/config?option=nothing&action=list", "Unsupport this option:nothing.")]
    [InlineData("/im/config?option=Listend&action=list", "Unsupport this option:Listend.")]
    [InlineData("/im/config?option=listend", "Unsupport this action:.")]
    [InlineData("/im/config?option=user-statis&action=set", "Unsupport this action:set.")]
    [InlineData("/im/query?option=user&uid=1", "Unsupport this option:user.")]
    [InlineData("/im/group/config?option=blacklists&action=add", "Unsupport this option:blacklists.")]
    [InlineData("/im/group/config?option=blacklist&action=ad", "Unsupport this action:ad.")]
    [InlineData("/im/group/config?option=switch&action=close&gid=1", "Unsupport this action:close.")]
    [InlineData("/im/group/query?option=list", "Unsupport this option:list.")]
    [InlineData("/im/room/config?option=room&action=switch", "Unsupport this action:switch.")]
    [InlineData("/im/room/query?option=%22%5C%0A", "Unsupport this option:\\\"\\\\\\n.")]
    public Task Unknown_options_and_actions_are_named(string target, string text) => server.FailAsync(target, 20007, text);

    [Theory]
    [CoversBeehive("20007")]
    [InlineData("/im/push", "")]
    [InlineData("/im/push?dim=nobody", "nobody")]
    [InlineData("/room/push?dim=uid&uid=1", "uid")]
    public async Task An_unknown_dimension_is_named(string target, string dimension)
    {
        var answer = await server.PostAsync(target, "x"u8.ToArray());
        Assert.Equal(200, answer.Status);
        Assert.Equal($$"""{"code":20007,"errmsg":"Unsupport this dimension:{{dimension}}."}""", answer.Text);
    }

    [Theory]
    [CoversBeehive("10018")]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(Limit, 0)]
    [InlineData(Limit + 1, 10018)]
    [InlineData(Limit + 200_000, 10018)]
    public async Task A_body_has_at_most_60_KiB_whether_its_length_is_told_or_not(int length, int code)
    {
        var body = new byte[length];
        var sid = BeehiveHttpServer.NewId();
        var told = await server.PostAsync($"/im/push?dim=sid&sid={sid}", body);
        Assert.Equal((200, code), (told.Status, told.Code));

        await using var peer = await RawPeer.ConnectAsync(server.Http);
        await peer.SendTextAsync($"POST /im/push?dim=sid&sid={sid} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (var sent = 0; sent < length;)
        {
            var chunk = Math.Min(10_000, length - sent);
            await peer.TrySendAsync(Encoding.ASCII.GetBytes($"{chunk:x}\r\n"));
            await peer.TrySendAsync(body.AsMemory(sent, chunk));
            await peer.TrySendAsync("\r\n"u8.ToArray());
            sent += chunk;
        }
        await peer.TrySendAsync("0\r\n\r\n"u8.ToArray());
        var chunked = await HttpPeer.ReadAsync(peer);
        Assert.Equal((200, code), (chunked.Status, chunked.Code));
    }

    [Fact]
    [CoversBeehive("10018")]
    public async Task A_body_whose_told_length_is_too_long_is_refused_before_it_comes()
    {
        await using var peer = await RawPeer.ConnectAsync(server.Http);
        await peer.SendTextAsync($"POST /im/push?dim=broadcast HTTP/1.1\r\nHost: x\r\nContent-Length: {Limit + 1}\r\n\r\n");
        Assert.Equal(10018, (await HttpPeer.ReadAsync(peer)).Code);
    }

    [Fact]
    public async Task One_connection_carries_many_calls()
    {
        await using var peer = await RawPeer.ConnectAsync(server.Http);
        for (var i = 0; i < 3; i++)
        {
            await peer.SendTextAsync("POST /im/push?dim=sid&sid=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
            Assert.Equal(0, (await HttpPeer.ReadAsync(peer)).Code);
            await peer.SendTextAsync("GET /im/query?option=sid-list&uid=1 HTTP/1.1\r\nHost: x\r\n\r\n");
            Assert.Equal(0, (await HttpPeer.ReadAsync(peer)).Code);
        }
    }

    [Theory]
    [InlineData(400, "nonsense\r\n\r\n")]
    [InlineData(400, "GET /im/register?uid=1&nation=1 HTTP/1.1\r\n\r\n")] // no Host
    [InlineData(400, "GET /im/register HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n")]
    [InlineData(400, "POST /im/push?dim=sid&sid=1 HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")]
    [InlineData(400, "POST /im/push?dim=sid&sid=1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData(414, "GET /im/register?@ HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData(431, "GET /im/register HTTP/1.1\r\nHost: x\r\nA: @\r\n\r\n")]
    [InlineData(505, "GET /im/register HTTP/1.2\r\nHost: x\r\n\r\n")]
    public async Task What_is_no_HTTP_has_a_status_and_no_body(int status, string request)
    {
        await using var peer = await RawPeer.ConnectAsync(server.Http);
        await peer.TrySendAsync(Encoding.ASCII.GetBytes(request.Replace("@", new string('a', 40_000), StringComparison.Ordinal)));
        var answer = await HttpPeer.ReadAsync(peer);
        Assert.Equal((status, ""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Without_a_setting_no_page_of_another_origin_reads_answers()
    {
        var answer = await server.GetAsync($"/im/register?uid={BeehiveHttpServer.NewId()}&nation=1", ("Origin", "https://chat.example"));
        Assert.Equal(0, answer.Code);
        Assert.DoesNotContain("Access-Control", answer.Head, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What a browser on a plain network sends for a page that tells nobody who it is.</summary>
    private const string Browser = """
        User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36
        Accept: image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8
        Accept-Encoding: gzip, deflate
        Accept-Language: en-US,en;q=0.9
        """;

    [Theory]
    [CoversBeehive("10004")]
    [InlineData("Page", "GET", "10.0.0.5:8000", Browser)] // <img referrerpolicy="no-referrer">
    [InlineData("Page", "GET", "10.0.0.5:8000", Browser + "\nReferer: https://evil.example/")]
    [InlineData("Page", "GET", "10.0.0.5:8000", Browser + "\nUpgrade-Insecure-Requests: 1")] // a link
    [InlineData("Page", "GET", "10.0.0.5:8000", Browser + "\nOrigin: https://evil.example")] // fetch
    [InlineData("Page", "POST", "10.0.0.5:8000", Browser + "\nOrigin: null\nContent-Type: text/plain")] // <form>
    [InlineData("Page", "POST", "localhost:8000", Browser + "\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: no-cors")]
    [InlineData("Page", "GET", "localhost:8000", Browser + "\nSec-Fetch-Site: same-site")] // another port of the same machine
    [InlineData("Page", "GET", "10.0.0.5:8000", "Origin: https://evil.example")]
    [InlineData("Page", "GET", "10.0.0.5:8000", "Sec-Fetch-Site: cross-site")]
    [InlineData("Host", "GET", "evil.example:8000", Browser + "\nReferer: http://evil.example:8000/")] // a name that means our address now
    [InlineData("Host", "POST", "evil.example:8000", Browser + "\nSec-Fetch-Site: same-origin\nOrigin: http://evil.example:8000")]
    [InlineData("Host", "GET", "evil.example", "Accept: */*")]
    public async Task A_page_of_somebody_else_on_an_operators_machine_may_not_call(string what, string method, string host, string headers)
    {
        var gid = BeehiveHttpServer.NewId();
        var target = method == "GET" ? $"/im/group/config?option=gag&action=add&gid={gid}&uid=1" : $"/im/push?dim=group&gid={gid}";
        await using var peer = await RawPeer.ConnectAsync(server.Http);
        await peer.SendTextAsync($"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{headers.ReplaceLineEndings("\r\n")}\r\nContent-Length: 0\r\n\r\n");
        var answer = await HttpPeer.ReadAsync(peer);
        Assert.Equal((200, $$"""{"code":10004,"errmsg":"{{what}} isn't allowed!"}"""), (answer.Status, answer.Text));
        await server.ExpectAsync($"/im/group/config?option=gag&action=get&gid={gid}", """{"len":0,"list":[],"code":0,"errmsg":"Ok"}""");
    }

    [Theory]
    [InlineData("HTTP/1.1", "Host: 10.0.0.5:8000\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n")]
    [InlineData("HTTP/1.1", "Host: parley:8000\r\nUser-Agent: Go-http-client/1.1\r\nAccept-Encoding: gzip\r\n")]
    [InlineData("HTTP/1.1", "Host: localhost\r\naccept: */*\r\naccept-language: *\r\nsec-fetch-mode: cors\r\nuser-agent: node\r\n")]
    [InlineData("HTTP/1.1", "Host: [::1]:8000\r\nUser-Agent: python-requests/2.32.3\r\n")]
    [InlineData("HTTP/1.1", "Host: 127.0.0.1:8000\r\n" + "User-Agent: Mozilla/5.0\r\nAccept-Language: en\r\nSec-Fetch-Site: none\r\n")] // an address bar
    [InlineData("HTTP/1.0", "")]
    public async Task An_operators_own_programs_may_call(string version, string headers)
    {
        await using var peer = await RawPeer.ConnectAsync(server.Http);
        await peer.SendTextAsync($"GET /im/query?option=sid-list&uid=1 {version}\r\n{headers}\r\n");
        Assert.Equal(0, (await HttpPeer.ReadAsync(peer)).Code);
    }

    [Fact]
    public async Task A_browsers_page_may_still_register()
    {
        await using var peer = await RawPeer.ConnectAsync(server.Http);
        await peer.SendTextAsync(
            $"GET /im/register?uid={BeehiveHttpServer.NewId()}&nation=1 HTTP/1.1\r\nHost: im.example\r\n{Browser.ReplaceLineEndings("\r\n")}\r\n\r\n");
        Assert.Equal(0, (await HttpPeer.ReadAsync(peer)).Code);
    }
}
