using System.Text;
using Parley.Conformance.Tests.OpenIm.Gateway.Support;
using Parley.Conformance.Tests.Rtm;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>The project's rules of words and pace hold for clients that send by HTTP (openim.md §8.8) as for all others.</summary>
public sealed class SendRulesTests(OpenImApiServer server)
{
    [Theory]
    [CoversOpenIm("/msg/send_msg", "809")]
    [InlineData(101, """{"text":"\u0072umpelstilz"}""", 0)] // bare text: the reader sees the escape
    [InlineData(106, """{"text":"a \u0072UMPELstilz","atUserList":[]}""", 809)]
    [InlineData(106, """{"Text":"rumpel\u0073tilz","text":"good"}""", 809)]
    [InlineData(107, """{"title":"\u0072umpelstilz","abstractList":[],"multiMessage":[]}""", 809)]
    [InlineData(107, """{"title":"t","multiMessage":[{"content":"{\"text\":\"\\u0072umpelstilz\"}"}]}""", 809)]
    [InlineData(114, """{"text":"\ud800rumpel\u0073tilz"}""", 809)]
    [InlineData(114, """{"text":"a\nrumpel\\u0073tilz\u00zz\"}""", 809)]
    [InlineData(114, """{"text":"\u0067ood \\ \" \""", 0)]
    public async Task Escapes_hide_no_word(int type, string content, int code)
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync());
        var answer = await server.CallAsync("/msg/send_msg", ClientBody(a, b, type, Encoding.UTF8.GetBytes(content)), a.Token);
        Assert.Equal((200, code), (answer.Status, OpenImApiServer.CodeOf(answer)));
        Assert.Equal(code == 0 ? 1 : 0, await server.NewestAsync(b));
    }

    [Theory]
    [CoversOpenIm("/msg/send_msg", "204")]
    [InlineData(101, 204)]
    [InlineData(106, 204)]
    [InlineData(107, 204)]
    [InlineData(113, 204)]
    [InlineData(114, 204)]
    [InlineData(117, 204)]
    [InlineData(110, 0)] // an application's own
    public async Task Text_that_is_no_UTF_8_is_refused(int type, int code)
    {
        var (a, b) = (await server.RegisterAsync(), await server.RegisterAsync());
        byte[] content = [.. "{\"text\":\"rumpelstilz"u8, 0xff, .. "\"}"u8];
        var answer = await server.CallAsync("/msg/send_msg", ClientBody(a, b, type, content), a.Token);
        Assert.Equal((200, code), (answer.Status, OpenImApiServer.CodeOf(answer)));
        Assert.Equal(code == 0 ? 1 : 0, await server.NewestAsync(b));
    }

    [Fact]
    [CoversOpenIm("/msg/send_msg", "201")]
    public async Task Who_is_not_connected_floods_no_more_than_others()
    {
        await using var own = await OpenImGatewayServer.StartAsync(seed =>
            seed.ProjectAsync(RtmWorld.Pid, new() { FloodMessages = 3, FloodWindowSeconds = 3600 }));
        var api = own.Endpoints["OpenImApi"];
        async Task<OpenImUser> RegisterAsync(string id) => new(id, await OpenImGatewayApi.RegisterAsync(api, id));
        var (a, b) = (await RegisterAsync("ann"), await RegisterAsync("ben"));
        async Task<int> SayAsync(OpenImUser from, OpenImUser to)
        {
            var body = Encoding.UTF8.GetBytes(ClientBody(from, to, 101, "hi"u8));
            return OpenImApiServer.CodeOf(await HttpPeer.PostAsync(api, "/msg/send_msg", body, ("token", from.Token)));
        }
        var codes = new List<int>();
        for (var i = 0; i < 12; i++)
            codes.Add(await SayAsync(a, b));
        Assert.Equal([0, 0, 0, .. Enumerable.Repeat(201, 9)], codes);
        Assert.Equal(0, await SayAsync(b, a));
        await RtmServer.EndAsync(own);
    }

    private static string ClientBody(OpenImUser from, OpenImUser to, int type, ReadOnlySpan<byte> content) =>
        $$"""{"operationID":"op","sendID":"{{from.Id}}","senderPlatformID":2,"data":{"sessionType":1,"msgFrom":100,"contentType":{{type}},"recvID":"{{to.Id}}","groupID":"","content":"{{Convert.ToBase64String(content)}}","options":{},"clientMsgID":"{{OpenImApiServer.NewId("c")}}","createTime":5,"offlineInfo":{} } }""";
}
