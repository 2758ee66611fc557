using System.Diagnostics;
using System.Security.Cryptography;
using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.Rtm.Files;

/// <summary>What uploads may cost: memory, places, time; and what a server that dies in the middle leaves behind.</summary>
public sealed class UploadBoundTests(ITestOutputHelper output)
{
    private const int FiveMebibytes = 5 * 1024 * 1024;

    [Fact]
    public async Task A_large_upload_costs_little_memory_and_a_hundred_at_once_stay_within_the_bound()
    {
        var server = await StartAsync();
        try
        {
            await using var backEnd = await BackEnd.ConnectAsync(server.Endpoints["RtmServer"], FileServer.Pid);
            await RunAsync(server, backEnd, 3, 300_000, 0); // code and pools are there
            var before = server.ResidentBytes;
            var peak = await RunAsync(server, backEnd, 1, FiveMebibytes, 1000);
            output.WriteLine($"one upload: {before / 1024} KiB, at most {(peak - before) / 1024} KiB more");
            Assert.InRange(peak - before, long.MinValue, 3 * FiveMebibytes);

            before = server.ResidentBytes;
            peak = await RunAsync(server, backEnd, 100, FiveMebibytes, 2000);
            output.WriteLine($"100 uploads: {before / 1024} KiB, at most {(peak - before) / 1024} KiB more");
            // 1 MiB and a little for each upload that is received; held whole they would take 500 MiB
            Assert.InRange(peak - before, long.MinValue, 200L * 1024 * 1024);
            Assert.Equal(0, FileFolder.Spooled(server));
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    [Fact]
    public async Task Uploads_beyond_the_bound_wait_and_one_that_is_given_up_makes_room()
    {
        var server = await StartAsync(new() { ["Files:Uploads:InFlight"] = "2" });
        try
        {
            await using var backEnd = await BackEnd.ConnectAsync(server.Endpoints["RtmServer"], FileServer.Pid);
            var peers = new List<(RawPeer Peer, byte[] Frame)>();
            for (var i = 1; i <= 3; i++)
            {
                var frame = await FrameAsync(backEnd, 100 + i, new byte[100_000]);
                peers.Add((await RawPeer.ConnectAsync(server.Endpoints["RtmFile"]), frame));
            }
            await peers[0].Peer.SendAsync(peers[0].Frame.AsMemory(0, 50_000));
            await peers[1].Peer.SendAsync(peers[1].Frame.AsMemory(0, 50_000));
            await Wait.Until(() => FileFolder.Spooled(server) == 2, "two uploads have begun");
            await peers[2].Peer.SendAsync(peers[2].Frame);
            var third = peers[2].Peer.ReadPackageAsync();
            // another upload's whole way gives the third one time to break the bound
            await peers[0].Peer.SendAsync(peers[0].Frame.AsMemory(50_000, 40_000));
            Assert.False(third.IsCompleted);
            Assert.Equal(2, FileFolder.Spooled(server));
            peers[1].Peer.Reset();
            Assert.False((await third).IsError);
            await peers[0].Peer.SendAsync(peers[0].Frame.AsMemory(90_000));
            Assert.False((await peers[0].Peer.ReadPackageAsync()).IsError);
            await Wait.Until(() => FileFolder.Spooled(server) == 0, "nothing is left of the upload that was given up");
            foreach (var (peer, _) in peers)
                await peer.DisposeAsync();
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    [Fact]
    public async Task Json_uploads_beyond_the_budget_wait_and_are_all_answered()
    {
        var server = await StartAsync(new() { ["Files:Uploads:BufferBytes"] = "1048576" });
        try
        {
            await using var backEnd = await BackEnd.ConnectAsync(server.Endpoints["RtmServer"], FileServer.Pid);
            var text = new string('x', 400_000);
            var tasks = Enumerable.Range(1, 8).Select(async i =>
            {
                var token = await FileServer.TokenAsync(backEnd, 5, "sendfile", ("to", 100 + i));
                var attrs = Upload.Attrs(System.Text.Encoding.UTF8.GetBytes(text), token).Replace("\"", "\\\"", StringComparison.Ordinal);
                await using var raw = await RawPeer.ConnectAsync(server.Endpoints["RtmFile"]);
                await raw.SendAsync(Frame.JsonQuest(
                    1, "sendfile", $$"""{"pid":3000,"from":5,"token":"{{token}}","mid":1,"mtype":50,"file":"{{text}}","attrs":"{{attrs}}"}"""));
                return await raw.ReadPackageAsync();
            });
            Assert.All(await Task.WhenAll(tasks), answer => Assert.False(answer.IsError, answer.Json));
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    [Fact]
    public async Task A_dripping_upload_is_cut_off()
    {
        var server = await StartAsync(new() { ["Files:Uploads:BytesPerSecond"] = "1000000" });
        try
        {
            await using var backEnd = await BackEnd.ConnectAsync(server.Endpoints["RtmServer"], FileServer.Pid);
            var frame = await FrameAsync(backEnd, 6, new byte[200_000]);
            await using var raw = await RawPeer.ConnectAsync(server.Endpoints["RtmFile"]);
            var watch = Stopwatch.StartNew();
            await raw.SendAsync(frame.AsMemory(0, 1000));
            await raw.ExpectClosedAsync();
            Assert.InRange(watch.Elapsed.TotalSeconds, 9, 100); // and not after the 150 s of silence
            await Wait.Until(() => FileFolder.Spooled(server) == 0, "nothing is left of the upload");
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    [Fact]
    public async Task A_silent_connection_is_closed_after_its_time()
    {
        var server = await StartAsync(new() { ["Rtm:FileIdleSeconds"] = "6" });
        try
        {
            await using var raw = await RawPeer.ConnectAsync(server.Endpoints["RtmFile"]);
            await raw.SendAsync(Frame.Quest(1, "*ping", [0x80]));
            await raw.ReadPackageAsync();
            await raw.ExpectClosedAsync();
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    [Fact]
    public async Task Killed_during_uploads_the_server_keeps_what_it_answered_and_nothing_half()
    {
        var server = await StartAsync(new() { ["Sqlite:Synchronous"] = "Full" });
        try
        {
            await using (var backEnd = await BackEnd.ConnectAsync(server.Endpoints["RtmServer"], FileServer.Pid))
            {
                var kept = await FrameAsync(backEnd, 6, [.. Enumerable.Range(0, 200_000).Select(i => (byte)i)]);
                await using var raw = await RawPeer.ConnectAsync(server.Endpoints["RtmFile"]);
                await raw.SendAsync(kept);
                Assert.False((await raw.ReadPackageAsync()).IsError);
                var cut = await FrameAsync(backEnd, 7, new byte[300_000]);
                await raw.SendAsync(cut.AsMemory(0, 200_000));
                await Wait.Until(() => FileFolder.Spooled(server) == 1, "the upload has begun");
                server.Kill();
            }
            Assert.Equal(1, FileFolder.Spooled(server));
            await server.RestartAsync(cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(0, FileFolder.Spooled(server));
            var contents = Directory.GetFiles(Path.Combine(server.DataDirectory, "files"), "*", SearchOption.AllDirectories);
            var content = Assert.Single(contents);
            var bytes = await File.ReadAllBytesAsync(content, TestContext.Current.CancellationToken);
            Assert.Equal(Path.GetFileName(content), Convert.ToHexStringLower(SHA256.HashData(bytes)));

            await using var after = await BackEnd.ConnectAsync(server.Endpoints["RtmServer"], FileServer.Pid);
            Assert.Single(await HistoryAsync(after, 6));
            Assert.Empty(await HistoryAsync(after, 7));
        }
        finally
        {
            await RtmServer.EndAsync(server);
        }
    }

    private static async Task<object?[][]> HistoryAsync(BackEnd backEnd, long peer) => (await backEnd.OkAsync(
        "getp2pmsg", ("uid", 5), ("ouid", peer), ("desc", true), ("num", 10), ("begin", 0), ("end", 0), ("lastid", 0))).Rows("msgs");

    private static async Task<ParleyServerProcess> StartAsync(Dictionary<string, string>? settings = null) =>
        await RtmServer.StartAsync(FileServer.SeedAsync, settings);

    private static async Task<byte[]> FrameAsync(BackEnd backEnd, long to, byte[] file)
    {
        var token = await FileServer.TokenAsync(backEnd, 5, "sendfile", ("to", to));
        return Frame.Quest(1, "sendfile", Pack.Map(Upload.Of(FileServer.Pid, 5, token, to, file)));
    }

    /// <summary>Uploads at once; tells the most memory that the server held meanwhile.</summary>
    private static async Task<long> RunAsync(ParleyServerProcess server, BackEnd backEnd, int count, int size, long first)
    {
        var peers = new RawPeer[count];
        var frames = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            peers[i] = await RawPeer.ConnectAsync(server.Endpoints["RtmFile"]);
            var file = new byte[size];
            file[0] = (byte)i;
            frames[i] = await FrameAsync(backEnd, 100_000 + first + i, file);
        }
        var peak = server.ResidentBytes;
        var running = Task.WhenAll(Enumerable.Range(0, count).Select(async i =>
        {
            await peers[i].SendAsync(frames[i]);
            Assert.False((await peers[i].ReadPackageAsync()).IsError);
        }));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        while (!running.IsCompleted)
        {
            peak = Math.Max(peak, server.ResidentBytes);
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
        await running;
        foreach (var peer in peers)
            await peer.DisposeAsync();
        return peak;
    }
}
