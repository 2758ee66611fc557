using System.Buffers.Binary;
using Parley.Conformance.Tests.Rtm;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.Faults;

/// <summary>A client that stops reading while a room is full of talk (DESIGN §5.6).</summary>
public sealed class SlowReaderTests(ITestOutputHelper output)
{
    private const int Messages = 100_000;
    private const int Batch = 500;
    private const int Ahead = 20_000;
    private const long Room = 5;
    private const long Sender = RtmWorld.FirstUser;
    private const long Listener = RtmWorld.FirstUser + 1;
    private const long Slow = RtmWorld.FirstUser + 2;
    private const long MemoryLimit = 150 * 1024 * 1024;

    [Fact]
    public async Task A_slow_reader_costs_bounded_memory_is_disconnected_with_a_reason_and_finds_all_in_history()
    {
        var server = await RtmServer.StartAsync(async seed =>
        {
            await seed.ProjectAsync(RtmWorld.Pid, new() { UserCallsPerSecond = 0 });
            await seed.TokensAsync(RtmWorld.Pid, Sender, 3);
        });
        try
        {
            await using var slow = await EnterAsync(server, Slow, receiveBuffer: 8192);
            await using var listener = await EnterAsync(server, Listener);
            await using var sender = await EnterAsync(server, Sender);
            var before = server.ResidentBytes;

            var answered = new Counter();
            var answers = Task.Run(() => ReadAllAsync(sender, answered, static package => Assert.False(package.IsError)));
            var heard = new Counter();
            long lastMid = 0;
            var pushes = Task.Run(() => ReadAllAsync(listener, heard, push => Assert.Equal(++lastMid, MidOf(push))));
            var peak = before;
            for (var mid = 1; mid <= Messages; mid += Batch)
            {
                var frames = new List<byte>();
                for (var i = 0; i < Batch; i++)
                    frames.AddRange(Frame.Quest((uint)(mid + i), "sendroommsg", Pack.Map(Say.ToRoom(Room, mid + i, msg: new string('m', 150)))));
                await sender.SendAsync(frames.ToArray());
                // no further ahead of the answers than the server's own queues allow
                await Wait.Until(() => mid - Math.Min(answered.Value, heard.Value) < Ahead, "the server to follow", TimeSpan.FromSeconds(60));
                peak = Math.Max(peak, server.ResidentBytes);
            }
            await Wait.For(answers, "all answers");
            await Wait.For(pushes, "all pushes");
            output.WriteLine($"memory before {before >> 20} MB, peak {peak >> 20} MB");
            Assert.InRange(peak - before, 0, MemoryLimit);

            await Wait.Until(
                () => server.Output.Any(line => line.Contains($"{slow.LocalEndpoint} ") && line.Contains("SlowReader", StringComparison.Ordinal)),
                "the reason is in the log");
            var rest = await slow.ReadToEndAsync(); // what lay in the sockets, then the end
            Assert.InRange(rest.Length, 1, 20 * 1024 * 1024);

            await using var back = await RtmPeer.ConnectAsync(server.Endpoints["RtmClient"]);
            await RtmServer.AuthAsync(back, Profile.G2, Slow);
            await back.FailAsync(200040, "getroommsg", ("rid", Room), ("num", 20), ("desc", false)); // it was its last connection
            await back.DoneAsync("enterroom", ("rid", Room));
            Assert.Equal(Enumerable.Range(1, Messages).Select(i => (long)i), await MidsAsync(back));
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    /// <summary>All mids of the room in the order of their ids, asked for with many windows at once.</summary>
    private static async Task<long[]> MidsAsync(RtmPeer peer)
    {
        var mids = new long[Messages];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Messages / 20), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (page, _) =>
            {
                var window = await peer.OkAsync("getroommsg", ("rid", Room), ("num", 20), ("desc", false), ("lastid", page * 20));
                Assert.Equal(20, window.Int("num"));
                foreach (var row in window.Rows("msgs"))
                    mids[(long)row[0]! - 1] = (long)row[3]!;
            });
        return mids;
    }

    private static async Task<RawPeer> EnterAsync(ParleyServerProcess server, long uid, int? receiveBuffer = null)
    {
        var peer = await RawPeer.ConnectAsync(server.Endpoints["RtmClient"], receiveBuffer: receiveBuffer);
        await peer.SendAsync(Frame.Quest(1, "auth", Pack.Map(RtmServer.AuthOf(Profile.G1, uid))));
        Assert.True((await peer.ReadPackageAsync()).Body.Bool("ok"));
        await peer.SendAsync(Frame.Quest(2, "enterroom", Pack.Map(("rid", Room))));
        Assert.False((await peer.ReadPackageAsync()).IsError);
        return peer;
    }

    private static async Task ReadAllAsync(RawPeer peer, Counter counter, Action<Package> look)
    {
        using var input = new BufferedStream(peer.Stream, 1 << 20);
        var header = new byte[12];
        while (counter.Value < Messages)
        {
            await input.ReadExactlyAsync(header);
            var bytes = new byte[Package.LengthOf(header)];
            header.CopyTo(bytes, 0);
            await input.ReadExactlyAsync(bytes.AsMemory(12));
            var package = new Package(bytes);
            if (package.Method == "ping")
            {
                await peer.SendAsync(Frame.Answer(package.Sequence, [0x80]));
                continue;
            }
            look(package);
            counter.Value++;
        }
    }

    /// <summary>Out of the bytes, because there are many.</summary>
    private static long MidOf(Package push)
    {
        var at = push.Payload.IndexOf((ReadOnlySpan<byte>)[0xa3, (byte)'m', (byte)'i', (byte)'d']) + 4;
        return push.Payload[at] switch
        {
            0xcc => push.Payload[at + 1],
            0xcd => BinaryPrimitives.ReadUInt16BigEndian(push.Payload[(at + 1)..]),
            0xce or 0xd2 => BinaryPrimitives.ReadUInt32BigEndian(push.Payload[(at + 1)..]),
            0xd1 => BinaryPrimitives.ReadInt16BigEndian(push.Payload[(at + 1)..]),
            < 0x80 => push.Payload[at],
            var other => throw new Xunit.Sdk.XunitException($"A mid that begins with {other:x2}."),
        };
    }

    private sealed class Counter
    {
        private int _value;

        public int Value
        {
            get => Volatile.Read(ref _value);
            set => Volatile.Write(ref _value, value);
        }
    }
}
