using System.Text;
using System.Text.Json;
using Parley.Conformance.Tests.Rtm;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.OpenIm;

/// <summary>What <c>send_msg</c> says about pushes to devices (openim.md §4.16, §6.5, §6.7).</summary>
public sealed class OpenImPushTests
{
    private const long Ben = RtmWorld.FirstUser;

    [Fact]
    [CoversOpenIm("/manager/send_msg", "/msg/send_msg")]
    public async Task Devices_are_told_unless_the_message_says_otherwise_and_the_forced_although_they_want_none()
    {
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, "a secret of the webhook\n");
        await using var hook = await LocalService.StartAsync(_ => new(200, ""));
        var server = await OpenImApiServer.StartAsync(new Dictionary<string, string>
        {
            ["MobilePush:Senders:0:Kind"] = "Webhook",
            ["MobilePush:Senders:0:Url"] = $"{hook.Address}/push",
            ["MobilePush:Senders:0:KeyFile"] = secret,
        });
        try
        {
            var token = (await CallAsync(server, "/auth/user_token", """{"secret":"s3cret-demo","platform":8,"userID":"im_admin"}""", ""))
                .GetProperty("data").GetProperty("token").GetString()!;
            await using (var rtm = await RtmPeer.ConnectAsync(server.Endpoints["RtmClient"]))
            {
                await RtmServer.AuthAsync(rtm, Profile.G1, Ben);
                await rtm.DoneAsync("adddevice", ("apptype", "android"), ("devicetoken", "device"));
                await rtm.OkAsync("bye");
            }
            await Wait.Until(
                async () => (await CallAsync(server, "/manager/get_users_online_status", $$"""{"userIDList":["{{Ben}}"],"operationID":"op"}""", token))
                    .GetRawText().Contains("offline", StringComparison.Ordinal), "the user is offline");
            var group = (await CallAsync(server, "/group/create_group", $$"""{"ownerUserID":"{{Ben}}","memberList":[],"operationID":"op"}""", token))
                .GetProperty("data").GetProperty("groupID").GetString()!;
            await SayAsync("one", $"\"recvID\":\"{Ben}\",\"sessionType\":1");
            await ToldAsync("one");
            await SayAsync("silent", $"\"recvID\":\"{Ben}\",\"sessionType\":1,\"notOfflinePush\":true", isV3: true);
            await SayAsync("two", $"\"groupID\":\"{group}\",\"sessionType\":2");
            await ToldAsync("two"); // and nothing of what was silent

            // the user wants no notifications of the group
            await using (var rtm = await RtmPeer.ConnectAsync(server.Endpoints["RtmClient"]))
            {
                await RtmServer.AuthAsync(rtm, Profile.G1, Ben);
                var gid = Assert.Single((await rtm.OkAsync("getusergroups")).Ints("gids"));
                await rtm.DoneAsync("addoption", ("type", 1), ("xid", gid), ("mtypes", Array.Empty<int>()));
                await rtm.OkAsync("bye");
            }
            await Wait.Until(
                async () => (await CallAsync(server, "/manager/get_users_online_status", $$"""{"userIDList":["{{Ben}}"],"operationID":"op"}""", token))
                    .GetRawText().Contains("offline", StringComparison.Ordinal), "the user is offline");
            await SayAsync("muted", $"\"groupID\":\"{group}\",\"sessionType\":2");
            await SayAsync("forced", $"\"groupID\":\"{group}\",\"sessionType\":2,\"forceList\":[\"{Ben}\"]");
            await ToldAsync("forced");

            async Task SayAsync(string text, string rest, bool isV3 = false)
            {
                var content = isV3 ? "content" : "text";
                var answer = await CallAsync(
                    server, isV3 ? "/msg/send_msg" : "/manager/send_msg",
                    $$$"""{"operationID":"op","sendID":"svc_bot","contentType":101,"content":{"{{{content}}}":"{{{text}}}"},{{{rest}}}}""", token, isV3);
                Assert.Equal(0, answer.GetProperty("errCode").GetInt32());
            }
        }
        finally
        {
            await RtmServer.EndAsync(server);
            File.Delete(secret);
        }

        async Task ToldAsync(string text)
        {
            await Wait.Until(() => !hook.Requests.IsEmpty, $"the device is told of {text}");
            Assert.True(hook.Requests.TryDequeue(out var request));
            Assert.Equal(text, JsonElement.Parse(request.Body).GetProperty("body").GetString());
        }
    }

    private static async Task<JsonElement> CallAsync(ParleyServerProcess server, string path, string body, string token, bool isV3 = false)
    {
        (string, string)[] headers = isV3 ? [("token", token), ("operationID", "op")] : [("token", token)];
        return (await HttpPeer.PostAsync(server.Endpoints["OpenImApi"], path, Encoding.UTF8.GetBytes(body), headers)).Json;
    }
}
