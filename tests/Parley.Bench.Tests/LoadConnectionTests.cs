using System.Net;
using System.Net.Sockets;
using Parley.Bench.Client;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Bench.Tests;

public sealed class LoadConnectionTests : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public LoadConnectionTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Pushes_are_receipted_in_order_however_their_bytes_arrive()
    {
        var (connection, peer) = await ConnectAsync();
        using (connection)
        using (peer)
        {
            using var bytes = new PooledBufferWriter();
            FpnnWriter.WriteQuest(bytes, FpnnMessageType.TwoWayQuest, 7, "ping"u8, []);
            FpnnWriter.WriteQuest(bytes, FpnnMessageType.TwoWayQuest, 8, "pushmsg"u8, []);
            FpnnWriter.WriteQuest(bytes, FpnnMessageType.OneWayQuest, 0, "kickoutroom"u8, []);
            FpnnWriter.WriteQuest(bytes, FpnnMessageType.TwoWayQuest, 9, "pushmsg"u8, new byte[5000]);
            for (var i = 0; i < bytes.WrittenCount; i += 11)
                await peer.SendAsync(bytes.WrittenMemory.Slice(i, Math.Min(11, bytes.WrittenCount - i)), Cancellation);

            var receipts = await ReceiveAsync(peer, 3 * Frames.ReceiptLength);
            var expected = new byte[3 * Frames.ReceiptLength];
            for (var i = 0; i < 3; i++)
                Frames.Receipt(expected.AsSpan(i * Frames.ReceiptLength), (uint)(7 + i));
            Assert.Equal(expected, receipts);
            Assert.Equal(["pushmsg", "kickoutroom", "pushmsg"], connection.Pushes);
        }
    }

    [Fact]
    public async Task A_call_gives_the_payload_of_its_answer()
    {
        var (connection, peer) = await ConnectAsync();
        using (connection)
        using (peer)
        {
            var call = connection.CallAsync(Frames.Quest("ping"u8, LoadConnection.CallSequence), Cancellation);
            await ReceiveAsync(peer, Frames.Quest("ping"u8, 1).Length);
            await AnswerAsync(peer, static bytes => FpnnWriter.WriteAnswer(bytes, LoadConnection.CallSequence, [0x81, 0xa1, (byte)'n', 3]));
            Assert.Equal(3, Frames.Number(await call, "n"u8));
        }
    }

    [Fact]
    public async Task An_error_answer_to_a_call_is_an_exception_with_its_code()
    {
        var (connection, peer) = await ConnectAsync();
        using (connection)
        using (peer)
        {
            var call = connection.CallAsync(Frames.Quest("ping"u8, LoadConnection.CallSequence), Cancellation);
            await AnswerAsync(peer, static bytes => FpnnWriter.WriteError(bytes, LoadConnection.CallSequence, 200022, "unauthorized"));
            Assert.Equal("200022 unauthorized", (await Assert.ThrowsAsync<BenchException>(() => call)).Message);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    public async Task A_server_that_leaves_or_speaks_something_else_is_a_fault(string sent)
    {
        var (connection, peer) = await ConnectAsync();
        using (connection)
        {
            var call = connection.CallAsync(Frames.Quest("ping"u8, LoadConnection.CallSequence), Cancellation);
            await ReceiveAsync(peer, Frames.Quest("ping"u8, 1).Length);
            await peer.SendAsync(System.Text.Encoding.ASCII.GetBytes(sent), Cancellation);
            peer.Dispose();
            await Assert.ThrowsAsync<BenchException>(() => call);
            Assert.NotNull(connection.Fault);
        }
    }

    private static async Task AnswerAsync(Socket peer, Action<PooledBufferWriter> write)
    {
        using var bytes = new PooledBufferWriter();
        write(bytes);
        await peer.SendAsync(bytes.WrittenMemory, Cancellation);
    }

    private static async Task<byte[]> ReceiveAsync(Socket peer, int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var received = await peer.ReceiveAsync(bytes.AsMemory(at), Cancellation);
            Assert.NotEqual(0, received);
            at += received;
        }
        return bytes;
    }

    private async Task<(Recorder Connection, Socket Peer)> ConnectAsync()
    {
        var connection = new Recorder();
        var accepting = _listener.AcceptAsync(Cancellation);
        await connection.ConnectAsync((IPEndPoint)_listener.LocalEndPoint!, source: null, Cancellation);
        var peer = await accepting;
        peer.NoDelay = true;
        return (connection, peer);
    }

    private sealed class Recorder() : LoadConnection(receiveBytes: 16)
    {
        public List<string> Pushes { get; } = [];

        protected override void OnPush(in FpnnPackage push, long now) => Pushes.Add(System.Text.Encoding.ASCII.GetString(push.Method));
    }
}
