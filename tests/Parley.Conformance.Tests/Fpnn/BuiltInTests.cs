using Parley.Conformance.Tests.Rtm;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Fpnn;

/// <summary>The methods that every FPNN server has (fpnn.md §4), on both doors.</summary>
public sealed class BuiltInTests(RtmServer server)
{
    [Theory]
    [InlineData("RtmClient")]
    [InlineData("RtmDispatch")]
    public async Task Ping_status_infos_and_tune_are_answered_to_private_addresses(string door)
    {
        await using var peer = await RtmPeer.ConnectAsync(server.Process.Endpoints[door]);
        Assert.Equal(["ts"], (await peer.OkAsync("*ping")).Keys);
        var status = await peer.AskAsync("*status");
        Assert.Equal("81a6737461747573c3", Hex.Text(status.Payload));
        var infos = await peer.OkAsync("*infos"); // a map, not a string
        Assert.Equal(door, infos.Nested("FPNN.status.server.base").Text("name"));
        Assert.True(infos.Nested("FPNN.status.server.status.tcp").Int("currentConnections") >= 1);
        Assert.True((await peer.OkAsync("*tune", ("key", "server.quest.log"), ("value", "true"))).Bool("return"));
        Assert.True((await peer.OkAsync("*tune", ("key", "unknown"), ("value", ""))).Bool("return"));
        await peer.SendAsync(Frame.Quest(90, "*tune", Pack.Map(("key", "x"))));
        await peer.ExpectClosedAsync();
    }

    [Fact]
    public async Task Infos_over_json_is_the_same_object()
    {
        await using var peer = await RawPeer.ConnectAsync(server.Gate);
        await peer.SendAsync(Frame.JsonQuest(7, "*infos", "{}"));
        using var json = System.Text.Json.JsonDocument.Parse((await peer.ReadPackageAsync()).Json);
        Assert.Equal("RtmClient", json.RootElement.GetProperty("FPNN.status.server.base").GetProperty("name").GetString());
    }

    [Fact]
    public async Task The_gate_s_methods_are_those_that_these_tests_know()
    {
        await using var peer = await RtmPeer.ConnectAsync(server.Gate);
        var methods = (await peer.OkAsync("*infos")).Nested("FPNN.status.server.stat").Keys;
        Assert.Equal(RtmMethods.ForAnybody.Concat(RtmMethods.ForUsers).Order(StringComparer.Ordinal), methods.Order(StringComparer.Ordinal));
        await using var dispatch = await RtmPeer.ConnectAsync(server.Dispatch);
        Assert.Equal(RtmMethods.OfDispatch, (await dispatch.OkAsync("*infos")).Nested("FPNN.status.server.stat").Keys);
    }

    [Fact]
    public async Task Without_a_key_on_the_server_the_key_quest_ends_the_connection()
    {
        await using var peer = await RawPeer.ConnectAsync(server.Gate);
        await peer.SendAsync(Frame.Quest(1, "*key", Pack.Map(("publicKey", Hex.Bytes(Vectors.ClientK1)), ("streamMode", true), ("bits", 128))));
        await peer.ExpectClosedAsync();
    }
}
