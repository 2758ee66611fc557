using System.Text;

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>Pushes of an operator to a room that are many, large or at the same time (beehive.md §3.2, §10.4).</summary>
public sealed class RoomPushTests(ListendServer server)
{
    [Fact]
    [CoversBeehive("040D", "2.3")]
    public async Task Of_pushes_at_the_same_time_none_is_lost_and_kept_ones_come_once_to_who_joins_meanwhile()
    {
        const int Pushes = 120;
        for (var round = 0; round < 3; round++)
        {
            var rid = BeehiveHttpServer.NewId();
            await using var early = await server.LoginAsync();
            await early.AskAsync(0x0405, (1, early.UserId), (2, rid));
            var late = new List<BeehivePeer>();
            for (var i = 0; i < 12; i++)
                late.Add(await server.LoginAsync(i % 2 == 0 ? Speech.Tcp : Speech.WebSocketSeed));
            // two of three are kept: fewer than 100
            var pushing = Parallel.ForAsync(0, Pushes, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
                await server.PushAsync($"dim=room&rid={rid}&expire={(i % 3 == 0 ? 0 : 3600)}", Encoding.UTF8.GetBytes($"{i}")));
            foreach (var peer in late)
            {
                await peer.AskAsync(0x0405, (1, peer.UserId), (2, rid));
                await Task.WhenAny(pushing, PassAsync(peer, 3));
            }
            await pushing;
            Assert.Equal(Enumerable.Range(0, Pushes), await NumbersAsync(early));
            foreach (var peer in late)
            {
                var kept = (await NumbersAsync(peer)).Where(number => number % 3 != 0);
                Assert.Equal(Enumerable.Range(0, Pushes).Where(number => number % 3 != 0), kept);
                await peer.DisposeAsync();
            }
        }
    }

    [Fact]
    [CoversBeehive("040D", "0403", "2.3")]
    public async Task A_room_that_was_dismissed_and_founded_again_is_not_mute()
    {
        await using var owner = await server.LoginAsync();
        await using var gone = await server.LoginAsync();
        await using var inside = await server.LoginAsync();
        var rid = (await owner.AskAsync(0x0401, (1, owner.UserId), (2, "name"), (3, "desc"))).Int(2);
        BeehivePeer[] peers = [gone, inside];
        foreach (var peer in peers)
            await peer.AskAsync(0x0405, (1, peer.UserId), (2, rid));
        for (var i = 0; i < 3; i++)
            await server.PushAsync($"dim=room&rid={rid}&expire=3600", Encoding.UTF8.GetBytes($"{i}"));
        await gone.AskAsync(0x0407, (1, gone.UserId), (2, rid));
        await owner.DoneAsync(0x0403, (1, owner.UserId), (2, rid));
        foreach (var peer in peers)
            Assert.Equal([0, 1, 2], await NumbersAsync(peer));
        await inside.AskAsync(0x0405, (1, inside.UserId), (2, rid));
        await server.PushAsync($"dim=room&rid={rid}&expire=3600", "10"u8.ToArray()); // msgid 1 again
        await gone.AskAsync(0x0405, (1, gone.UserId), (2, rid));
        await server.PushAsync($"dim=room&rid={rid}&expire=3600", "11"u8.ToArray());
        foreach (var peer in peers)
            Assert.Equal([10, 11], await NumbersAsync(peer));
    }

    [Theory]
    [CoversBeehive("0405", "040D")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.WebSocket)]
    public async Task Many_large_kept_pushes_do_not_throw_out_who_reads_them(Speech speech)
    {
        const int Kept = 100;
        var rid = BeehiveHttpServer.NewId();
        for (var i = 0; i < Kept; i++)
            await server.PushAsync($"dim=room&rid={rid}&expire=3600", Encoding.UTF8.GetBytes($"{i}".PadRight(60_000)));
        await using var late = await server.LoginAsync(speech);
        await late.AskAsync(0x0405, (1, late.UserId), (2, rid));
        var pushes = (await late.DrainAsync()).Where(push => push.Command == 0x040D);
        Assert.Equal(Enumerable.Range(0, Kept), pushes.Select(NumberOf)); // oldest first
    }

    /// <summary>So many packets of the peer went to and fro.</summary>
    private static async Task PassAsync(BeehivePeer peer, int pings)
    {
        for (var i = 0; i < pings; i++)
            await peer.PingAsync();
    }

    private static async Task<IEnumerable<int>> NumbersAsync(BeehivePeer peer) =>
        (await peer.DrainAsync()).Where(push => push.Command == 0x040D).Select(NumberOf).Order();

    private static int NumberOf(Packet push) => int.Parse(Encoding.UTF8.GetString(push.Bytes(push.Has(6) ? 6 : 5)), System.Globalization.CultureInfo.InvariantCulture);
}
