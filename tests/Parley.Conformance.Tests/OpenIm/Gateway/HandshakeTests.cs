using System.Net;
using System.Text.Json.Nodes;
using Parley.Conformance.Tests.OpenIm.Gateway.Support;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm.Gateway;

/// <summary>Coming in (openim.md §8.1).</summary>
public sealed class HandshakeTests(OpenImGatewayServer server)
{
    private static readonly (string Name, string Value)[] Upgrade =
    [
        ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];

    [Fact]
    [CoversOpenImGateway("HTTP 401")]
    public async Task Each_of_the_three_parameters_is_required()
    {
        var user = OpenImGatewayServer.NewName();
        var token = await OpenImGatewayApi.RegisterAsync(server.Api, user);
        foreach (var query in new[]
        {
            "", $"?token={token}&platformID=2", $"?sendID={user}&platformID=2", $"?sendID={user}&token={token}",
            $"?sendID=&token={token}&platformID=2", $"?sendID={user}&token=&platformID=2", $"?sendID={user}&token={token}&platformID=",
        })
        {
            await RefusedAsync(query, "sendID, token and platformID are required");
        }
    }

    [Fact]
    [CoversOpenImGateway("701", "702", "703", "704", "705", "706")]
    public async Task A_token_that_is_no_good_is_refused_with_its_reason()
    {
        var user = OpenImGatewayServer.NewName();
        var good = await OpenImGatewayApi.RegisterAsync(server.Api, user);
        var now = TimeProvider.System.GetUtcNow();
        var day = TimeSpan.FromDays(1);
        Task ExpectAsync(string token, string text) => RefusedAsync(OpenImGatewayPeer.QueryOf(user, token, 2), text);

        await ExpectAsync(OpenImGatewayApi.Sign(user, "Android", now - TimeSpan.FromSeconds(2), now - day), "token is timed out, please log in again");
        await ExpectAsync("nonsense", "that's not even a token");
        await ExpectAsync("a.b.c", "that's not even a token");
        await ExpectAsync(OpenImGatewayApi.Sign(user, "Android", now + day, now + TimeSpan.FromSeconds(120)), "token not active yet");
        await ExpectAsync(OpenImGatewayApi.Sign(user, "Android", now + day, now), "couldn't handle this token"); // never handed out
        await ExpectAsync(OpenImGatewayApi.Sign(user, "Android", now + day, now, key: "another"), "couldn't handle this token");
        await ExpectAsync(OpenImGatewayApi.Sign(user, "Android", now + day, now, algorithm: "none"), "couldn't handle this token");
        await ExpectAsync(good[..^4] + "AAAA", "couldn't handle this token");

        await server.ManageAsync("/auth/force_logout", new() { ["platform"] = 2, ["fromUserID"] = user });
        await ExpectAsync(good, "user has been kicked");

        var gone = OpenImGatewayServer.NewName();
        var invalid = await OpenImGatewayApi.RegisterAsync(server.Api, gone);
        await server.ManageAsync("/manager/delete_user", new() { ["deleteUserIDList"] = new JsonArray(gone) });
        await RefusedAsync(OpenImGatewayPeer.QueryOf(gone, invalid, 2), "token has been invalidated");
    }

    [Fact]
    [CoversOpenImGateway("705")]
    public async Task The_token_must_be_that_of_the_user_and_the_platform()
    {
        var (user, other) = (OpenImGatewayServer.NewName(), OpenImGatewayServer.NewName());
        var token = await OpenImGatewayApi.RegisterAsync(server.Api, user);
        await OpenImGatewayApi.RegisterAsync(server.Api, other);
        await RefusedAsync(OpenImGatewayPeer.QueryOf(other, token, 2), "couldn't handle this token");
        foreach (var platform in new[] { "0", "1", "3", "8", "9", "-2", "2x", "99999999999" })
            await RefusedAsync($"?sendID={user}&token={token}&platformID={platform}", "couldn't handle this token");
    }

    [Fact]
    [CoversOpenImGateway("HTTP 400")]
    public async Task What_is_no_WebSocket_request_is_refused_after_the_token()
    {
        var user = OpenImGatewayServer.NewName();
        var token = await OpenImGatewayApi.RegisterAsync(server.Api, user);
        var answer = await HttpPeer.GetAsync(server.Gate, "/" + OpenImGatewayPeer.QueryOf(user, token, 2));
        Assert.Equal(400, answer.Status);
        Assert.Equal("13", answer.Header("Sec-Websocket-Version"));
        Assert.NotEqual("", answer.Header("ws_err_msg"));
        Assert.Equal(401, (await HttpPeer.GetAsync(server.Gate, "/")).Status);
    }

    [Theory]
    [CoversOpenImGateway("1001")]
    [InlineData("/")]
    [InlineData("/ws/any/path")]
    public async Task Any_path_any_origin_further_parameters_and_names_that_need_escaping_are_taken(string path)
    {
        var user = OpenImGatewayServer.NewName("Ärger & +1");
        var token = await OpenImGatewayApi.RegisterAsync(server.Api, user);
        await using var raw = await RawWebSocket.ConnectAsync(
            server.Gate, path + OpenImGatewayPeer.QueryOf(user, token, 2) + "&operationID=op", ("Origin", "https://elsewhere.example"));
        Assert.Null(raw.Header("Sec-WebSocket-Protocol"));
        Assert.Null(raw.Header("Sec-WebSocket-Extensions"));
        await raw.SendAsync(RawWebSocket.Binary, GobBytes.Request(1001, user, "op", "1", []));
        Assert.Equal((1001, "1", "op", 0), await raw.NextAsync());
    }

    [Theory]
    [CoversOpenImGateway("1001")]
    [InlineData(1, "IOS")]
    [InlineData(2, "Android")]
    [InlineData(3, "Windows")]
    [InlineData(4, "OSX")]
    [InlineData(5, "Web")]
    [InlineData(6, "MiniWeb")]
    [InlineData(7, "Linux")]
    public async Task Every_platform_comes_in_and_is_shown_online_under_its_name(int platform, string name)
    {
        await using var peer = await server.LoginAsync(OpenImGatewayServer.NewName(), platform);
        var status = await server.ManageAsync("/manager/get_users_online_status", new() { ["userIDList"] = new JsonArray(peer.UserId) });
        Assert.Equal(
            $$"""[{"userID":"{{peer.UserId}}","status":"online","detailPlatformStatus":[{"platform":"{{name}}","status":"online"}]}]""",
            status.GetProperty("data").GetRawText());
    }

    [Fact]
    [CoversOpenImGateway("1001")]
    public async Task A_manager_comes_in_as_platform_8_whose_name_is_empty()
    {
        await using var own = await OpenImGatewayServer.StartAsync();
        var token = await OpenImGatewayApi.TokenAsync(own.Endpoints["OpenImApi"], OpenImGatewayApi.Manager, 8);
        await using var peer = await OpenImGatewayPeer.ConnectAsync(own.Endpoints["OpenImGateway"], OpenImGatewayApi.Manager, token, 8);
        Assert.Equal(0, await peer.NewestAsync());
        await peer.DisposeAsync();
        await RtmServer.EndAsync(own);
    }

    [Fact]
    [CoversOpenImGateway("1001")]
    public async Task A_user_is_offline_as_soon_as_the_socket_is_gone()
    {
        var peer = await server.LoginAsync(OpenImGatewayServer.NewName());
        await peer.DisposeAsync();
        await Wait.Until(
            async () => (await server.ManageAsync("/manager/get_users_online_status", new() { ["userIDList"] = new JsonArray(peer.UserId) }))
                .GetProperty("data")[0].GetProperty("status").GetString() == "offline",
            "the user is offline");
    }

    private async Task RefusedAsync(string query, string text)
    {
        foreach (var headers in new[] { Upgrade, [] })
        {
            var answer = await HttpPeer.GetAsync(server.Gate, "/" + query, headers);
            Assert.Equal(401, answer.Status);
            Assert.Equal("13", answer.Header("Sec-Websocket-Version"));
            Assert.Equal(text, answer.Header("ws_err_msg"));
            Assert.Equal(text, answer.Text);
        }
    }
}
