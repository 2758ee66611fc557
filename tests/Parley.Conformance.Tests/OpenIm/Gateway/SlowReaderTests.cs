using Parley.Conformance.Tests.OpenIm.Gateway.Support;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.OpenIm.Gateway;

/// <summary>A client that stops reading (DESIGN §5.6).</summary>
public sealed class SlowReaderTests(OpenImGatewayServer server, ITestOutputHelper output)
{
    private const long MemoryLimit = 150 * 1024 * 1024;

    [Fact]
    [CoversOpenImGateway("2001", "1002")]
    public async Task A_slow_reader_is_closed_with_a_reason_costs_bounded_memory_and_finds_all_in_its_inbox()
    {
        const int Messages = 2000;
        await using var own = await OpenImGatewayServer.StartAsync(
            async seed => await seed.ProjectAsync(RtmWorld.Pid, new() { UserCallsPerSecond = 0 }), ("OpenIm:RequestsPerSecond", "0"));
        var (api, gate) = (own.Endpoints["OpenImApi"], own.Endpoints["OpenImGateway"]);
        var token = await OpenImGatewayApi.RegisterAsync(api, "slow");
        var raw = await RawPeer.ConnectAsync(gate, receiveBuffer: 8192);
        await using var slow = await RawWebSocket.UpgradeAsync(raw, "/" + OpenImGatewayPeer.QueryOf("slow", token, 2));
        await using var sender = await OpenImGatewayPeer.ConnectAsync(gate, "ann", await OpenImGatewayApi.RegisterAsync(api, "ann"));
        var before = own.ResidentBytes;
        var peak = before;
        for (var i = 1; i <= Messages; i++)
        {
            await sender.SayAsync(OpenImGatewayMessage.To("ann", "slow", $"{i} {new string('m', 30_000)}", 115).WithOptions(("senderSync", false)));
            if (i % 100 == 0)
                peak = Math.Max(peak, own.ResidentBytes);
        }
        output.WriteLine($"memory before {before >> 20} MB, peak {peak >> 20} MB");
        Assert.InRange(peak - before, 0, MemoryLimit);
        await Wait.Until(
            () => own.Output.Any(line => line.Contains($"{raw.LocalEndpoint} ") && line.Contains("SlowReader", StringComparison.Ordinal)), "the reason is in the log");
        Assert.InRange((await raw.ReadToEndAsync()).Length, 1, 20 * 1024 * 1024);
        await using (var back = await OpenImGatewayPeer.ConnectAsync(gate, "slow", token))
        {
            Assert.Equal(Messages, await back.NewestAsync());
            for (var first = 1; first <= Messages; first += 100)
            {
                var page = await back.PullAsync(OpenImGatewayPeer.Range(first, first + 99));
                Assert.Equal(OpenImGatewayPeer.Range(first, first + 99).Select(i => $"{i} "), page.Select(one => one.Content[..(one.Content.IndexOf(' ') + 1)]));
            }
        }
        await RtmServer.EndAsync(own);
    }

    [Fact]
    [CoversOpenImGateway("1002", "2001")]
    public async Task Who_reads_slowly_gets_answers_that_are_longer_than_what_may_wait_and_pushes_between_them()
    {
        const int Pulls = 3;
        var (slow, user) = await RawWebSocket.LoginAsync(server, receiveBuffer: 8192);
        await using var _ = slow;
        await using var sender = await server.LoginAsync();
        for (var i = 0; i < 100; i++)
        {
            await sender.SayAsync(OpenImGatewayMessage.To(sender.UserId, user, new string('m', 50_000)));
            Assert.Equal(2001, (await slow.NextAsync()).Identifier);
        }
        var pull = ProtoMessage.Of((3, ProtoMessage.Packed(OpenImGatewayPeer.Range(1, 100))));
        for (var i = 0; i < Pulls; i++)
            await slow.SendAsync(RawWebSocket.Binary, GobBytes.Request(1002, user, "op", $"{i}", pull));
        for (var i = 0; i < 20; i++) // what is pushed meanwhile waits too
            await sender.SayAsync(OpenImGatewayMessage.To(sender.UserId, user, $"{i}"));
        var (answers, pushes) = (new List<string>(), new List<string>());
        while (answers.Count < Pulls || pushes.Count < 20)
        {
            var frame = await slow.ReadEnvelopeAsync();
            Assert.Equal(0, frame.Code);
            if (frame.Identifier == 1002)
                answers.Add($"{frame.MsgIncr} {new ProtoMessage(frame.Data).Inners(3).Count(one => one.Content.Length == 50_000)}");
            else
                pushes.Add(new ProtoMessage(frame.Data).Content);
        }
        Assert.Equal(["0 100", "1 100", "2 100"], answers);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), pushes);
    }

    [Fact]
    [CoversOpenImGateway("1002")]
    public async Task Who_pulls_again_and_again_without_reading_is_closed_and_costs_bounded_memory()
    {
        await using var own = await OpenImGatewayServer.StartAsync(
            async seed => await seed.ProjectAsync(RtmWorld.Pid, new() { UserCallsPerSecond = 0 }), ("OpenIm:RequestsPerSecond", "0"));
        var (api, gate) = (own.Endpoints["OpenImApi"], own.Endpoints["OpenImGateway"]);
        var token = await OpenImGatewayApi.RegisterAsync(api, "slow");
        await using (var sender = await OpenImGatewayPeer.ConnectAsync(gate, "slow", token))
        {
            for (var i = 0; i < 100; i++)
                await sender.SayAsync(OpenImGatewayMessage.To("slow", "slow", new string('m', 50_000)));
        }
        var raw = await RawPeer.ConnectAsync(gate, receiveBuffer: 8192);
        await using var slow = await RawWebSocket.UpgradeAsync(raw, "/" + OpenImGatewayPeer.QueryOf("slow", token, 2));
        var before = own.ResidentBytes;
        var pull = GobBytes.Request(1002, "slow", "op", "i", ProtoMessage.Of((3, ProtoMessage.Packed(OpenImGatewayPeer.Range(1, 100)))));
        byte[] many = [.. Enumerable.Repeat(RawWebSocket.Frame(RawWebSocket.Binary, pull), 200).SelectMany(frame => frame)];
        await raw.TrySendAsync(many);
        var peak = before;
        await using var witness = await OpenImGatewayPeer.ConnectAsync(gate, "ben", await OpenImGatewayApi.RegisterAsync(api, "ben"));
        for (var i = 0; i < 300; i++)
        {
            await witness.NewestAsync();
            peak = Math.Max(peak, own.ResidentBytes);
        }
        output.WriteLine($"memory before {before >> 20} MB, peak {peak >> 20} MB");
        Assert.InRange(peak - before, 0, MemoryLimit);
        await RtmServer.EndAsync(own);
    }
}
