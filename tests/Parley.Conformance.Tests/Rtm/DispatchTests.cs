using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>which and whichall (rtm-client.md §3.1, fpnn.md §7).</summary>
[Covers("which", "whichall")]
public sealed class DispatchTests(RtmServer server)
{
    [Fact]
    public async Task Which_names_the_client_gate_twice()
    {
        await using var peer = await RtmPeer.ConnectAsync(server.Dispatch);
        var answer = await peer.OkAsync("which", ("what", "rtmGated"), ("iptype", "ip4"), ("proto", "TCP"), ("version", "1.0"));
        Assert.Equal(["server", "endpoint"], answer.Keys);
        Assert.Equal(server.Gate.ToString(), answer.Text("server"));
        Assert.Equal(server.Gate.ToString(), answer.Text("endpoint"));
    }

    [Fact]
    public async Task Whichall_lists_it_twice()
    {
        await using var peer = await RtmPeer.ConnectAsync(server.Dispatch);
        var answer = await peer.OkAsync("whichall", ("what", "rtmGated"));
        Assert.Equal(["servers", "endpoints"], answer.Keys);
        Assert.Equal([server.Gate.ToString()], answer.List("servers"));
        Assert.Equal([server.Gate.ToString()], answer.List("endpoints"));
    }

    [Theory]
    [InlineData("rtmGated", null, null, null, true)]
    [InlineData("rtmGated@cn", null, null, null, true)]
    [InlineData("rtmGated", "ip4", null, "tcp", true)]
    [InlineData("rtmGated", "IPV4", null, "HTTP", true)]
    [InlineData("rtmGated", null, "ipv4", "Tcp", true)]
    [InlineData("rtmGated", null, "IP4", "http", true)]
    [InlineData("rtmGated", "ip6", null, "tcp", false)]
    [InlineData("rtmGated", null, "ipv6", "tcp", false)]
    [InlineData("rtmGated", null, "domain", "tcp", true)]
    [InlineData("rtmGated", "ip4", null, "ssl", false)]
    [InlineData("rtmGated", "ip4", null, "TLS", false)]
    [InlineData("rtmGated", "ip4", null, "UDP", false)]
    public async Task Spellings_are_all_understood_and_what_is_not_there_is_empty(
        string what, string? iptype, string? addrType, string? proto, bool found)
    {
        await using var peer = await RtmPeer.ConnectAsync(server.Dispatch);
        (string, object?)[] parameters =
            [("what", what), ("iptype", iptype), ("addrType", addrType), ("proto", proto), ("version", null), ("pid", 1), ("uid", 2)];
        var one = await peer.OkAsync("which", parameters);
        Assert.Equal(found ? server.Gate.ToString() : "", one.Text("endpoint"));
        Assert.Equal(one.Text("endpoint"), one.Text("server"));
        var all = await peer.OkAsync("whichall", parameters);
        Assert.Equal(found ? 1 : 0, all.List("endpoints").Length);
        Assert.Equal(found ? 1 : 0, all.List("servers").Length);
    }

    [Theory]
    [InlineData("which")]
    [InlineData("whichall")]
    public async Task Errors_come_in_the_order_what_service_address_protocol(string method)
    {
        await using var peer = await RtmPeer.ConnectAsync(server.Dispatch);
        await peer.FailAsync(10009, method);
        await peer.FailAsync(10010, method, ("what", 5));
        foreach (var (what, address, protocol, text) in new[]
                 {
                     ("other", "bad", "bad", "Disallowed service."), ("rtmGated", "bad", "bad", "Invalid address type."),
                     ("rtmGated", "ipv4", "bad", "Invalid protocol type."), ("", "ipv4", "tcp", "Disallowed service."),
                 })
        {
            var answer = await peer.AskAsync(method, ("what", what), ("addrType", address), ("proto", protocol));
            Assert.Equal(1, answer.Ss);
            Assert.Equal((100001, text), (answer.Body.Int("code"), answer.Body.Text("ex")));
            Assert.Equal("Dispatcher", answer.Body.Text("raiser"));
            // the form of the code that every SDK can read (fpnn.md §2.1)
            Assert.StartsWith("83a4636f6465d2000186a1", Hex.Text(answer.Payload));
        }
        // optional parameters of a wrong type count as absent
        await peer.OkAsync(method, ("what", "rtmGated"), ("addrType", 5), ("proto", new[] { 1 }));
    }

    [Fact]
    public async Task Dispatch_knows_no_methods_of_the_gate_and_the_other_way_round()
    {
        await using var dispatch = await RtmPeer.ConnectAsync(server.Dispatch);
        await dispatch.FailAsync(20004, "auth");
        await dispatch.FailAsync(20004, "sendmsg");
        await using var gate = await server.ConnectAsync();
        await gate.FailAsync(20004, "which", ("what", "rtmGated"));
    }
}
