using System.Net;
using System.Net.Sockets;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.GoIm;

/// <summary>Login tokens, when they are asked for (goim-json §13).</summary>
[CoversGoIm("GI-002", "Invalid token.")]
public sealed class TokenTests
{
    private const long User = RtmWorld.FirstUser;

    private static string Id => User.ToString();

    [Fact]
    public async Task GI_002_Required_lets_nobody_in_without_a_good_token_and_throws_nobody_out_for_a_bad_one()
    {
        await using var server = await GoImServer.StartAsync(("GoIm:Authentication", "Required"));
        var door = server.Endpoints["GoImMessage"];
        await using var good = await InAsync(door, Id, Seed.TokenOf(User));
        string[][] bad = [[Id], [Id, ""], [Id, "wrong"], [Id, Seed.TokenOf(User + 1)], [Id, new string('x', 5000)], ["nobody", Seed.TokenOf(User)], ["nobody"]];
        foreach (var arguments in bad)
            await RefusedAsync(door, arguments);
        await good.OkAsync("send_ping");
        // a name has no number before its owner may come in, so that strangers fill no directory
        await good.FailAsync("Not exists client", "send_message_p2p", "x", "nobody");

        var issued = await server.IssueTokenAsync(User + 50);
        await using var other = await InAsync(door, (User + 50).ToString(), issued);
        await other.DoneAsync("send_message_p2p", "hello", Id);
        await good.NextPushAsync("receive_message_p2p", "hello", other.Id);
        // a name gets its number with its first token
        await using var named = await InAsync(door, "nobody", await server.IssueTokenAsync("nobody"));
        await good.DoneAsync("send_message_p2p", "x", "nobody");
        await named.NextPushAsync("receive_message_p2p", "x", good.Id);
        await using var again = await InAsync(door, Id, Seed.TokenOf(User), "surplus");
        await good.ExpectReplacedAsync();
        server.Kill();
        Directory.Delete(server.DataDirectory, recursive: true);
    }

    [Fact]
    public async Task GI_002_Optional_checks_a_token_that_is_there()
    {
        await using var server = await GoImServer.StartAsync(("GoIm:Authentication", "Optional"));
        var door = server.Endpoints["GoImMessage"];
        await using var bare = await InAsync(door, Id);
        await RefusedAsync(door, Id, "wrong");
        await bare.OkAsync("send_ping");
        await using var good = await InAsync(door, Id, Seed.TokenOf(User));
        await bare.ExpectReplacedAsync();
        await using var empty = await InAsync(door, "name", "");
        server.Kill();
        Directory.Delete(server.DataDirectory, recursive: true);
    }

    [Theory]
    [InlineData("Off")]
    [InlineData("Auto")]
    public async Task GI_002_Off_and_Auto_on_loopback_look_at_no_token(string mode)
    {
        await using var server = await GoImServer.StartAsync(("GoIm:Authentication", mode));
        var door = server.Endpoints["GoImMessage"];
        await using var bare = await InAsync(door, Id);
        await using var wrong = await InAsync(door, Id, "wrong");
        await bare.ExpectReplacedAsync();
        server.Kill();
        Directory.Delete(server.DataDirectory, recursive: true);
    }

    [Theory]
    [InlineData("Off")]
    [InlineData("Optional")]
    public async Task Open_to_others_without_tokens_the_server_does_not_start_unless_told_to(string mode)
    {
        var directory = Directory.CreateTempSubdirectory("parley-conf-").FullName;
        var settings = new Dictionary<string, string> { ["Endpoints:GoImMessage"] = "0.0.0.0:0", ["GoIm:Authentication"] = mode };
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => RtmServer.StartAsync(GoImServer.SeedAsync, settings, directory));
        Directory.Delete(directory, recursive: true);
        Assert.Contains("Parley:Endpoints:GoImMessage must be a loopback address", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Parley:AllowUnauthenticatedDoors=true allows it", refusal.Message, StringComparison.Ordinal);

        await using var server = await GoImServer.StartAsync(
            ("Endpoints:GoImMessage", "0.0.0.0:0"), ("GoIm:Authentication", mode), ("AllowUnauthenticatedDoors", "true"));
        await using var bare = await InAsync(OnLoopback(server), Id);
        server.Kill();
        Directory.Delete(server.DataDirectory, recursive: true);
    }

    [Fact]
    public async Task Open_to_others_Auto_asks_for_tokens()
    {
        await using var server = await GoImServer.StartAsync(("Endpoints:GoImMessage", "0.0.0.0:0"), ("PublicHost", "im.example.org"), ("AllowUnauthenticatedDoors", "true"));
        await RefusedAsync(OnLoopback(server), Id);
        await using var good = await InAsync(OnLoopback(server), Id, Seed.TokenOf(User));
        await using var gateway = await GoImPeer.ConnectAsync(server.Endpoints["GoImGateway"]); // asks for none
        await gateway.SendJsonAsync("""{"cmd":"req_msg_server"}""");
        Assert.Equal([$"im.example.org:{server.Endpoints["GoImMessage"].Port}"], (await gateway.NextAnswerAsync()).Obj);
        server.Kill();
        Directory.Delete(server.DataDirectory, recursive: true);
    }

    private static IPEndPoint OnLoopback(ParleyServerProcess server) => new(IPAddress.Loopback, server.Endpoints["GoImMessage"].Port);

    private static async Task<GoImPeer> InAsync(IPEndPoint door, params string[] arguments)
    {
        var peer = await GoImPeer.ConnectAsync(door, arguments[0]);
        peer.Acknowledges = true;
        await peer.DoneAsync("send_client_id", arguments);
        return peer;
    }

    private static async Task RefusedAsync(IPEndPoint door, params string[] arguments)
    {
        await using var peer = await GoImPeer.ConnectAsync(door);
        await peer.FailAsync("Invalid token.", "send_client_id", arguments);
        await peer.ExpectClosedAsync();
    }
}
