using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Parley.Bench.Client;
using Parley.Testing;
using Parley.Wire.GoIm;
using Parley.Wire.MessagePack;

namespace Parley.Bench.Tests;

public sealed class GoImLoadTests : IDisposable
{
    private const string Id = "0f3c1b7e-6f1d-4a55-9c0a-5d7f0e8b2a11";

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public GoImLoadTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData(1, GoImTemplate.StampLength)]
    [InlineData(100, 100)]
    public void A_template_writes_one_whole_frame_with_the_time_of_this_use_without_allocating(int bodyBytes, int length)
    {
        var template = GoImTemplate.ToUser(400_002, bodyBytes);
        var bytes = new byte[template.Length];
        foreach (var stamp in new[] { 1L, 0x1234_5678_9abc, long.MaxValue })
        {
            template.Write(bytes, stamp);
            var json = Payload(bytes);
            Assert.True(GoImRequest.TryParse(json, out var request));
            Assert.True(request.Command.SequenceEqual("send_message_p2p"u8));
            Assert.Equal((2, length, "400002"), (request.Count, request.Bytes(0).Length, request.Text(1)));
            Assert.Equal(stamp, GoImTemplate.ReadStamp(request.Bytes(0)));
        }
        Assert.Equal(0, Allocations.Least(100, i => template.Write(bytes, i + 1)));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Every_push_is_acknowledged_however_its_bytes_arrive_and_one_that_comes_again_is_told_apart(bool isTopic, bool withTime)
    {
        var (connection, peer) = await ConnectAsync(isTopic);
        using (connection)
        using (peer)
        {
            using var bytes = new PooledBufferWriter();
            foreach (var stamp in new[] { 5L, 6L, 5L, 7L })
                Push(bytes, isTopic, stamp, withTime);
            for (var i = 0; i < bytes.WrittenCount; i += 11)
                await peer.SendAsync(bytes.WrittenMemory.Slice(i, Math.Min(11, bytes.WrittenCount - i)), Cancellation);

            var expected = GoImTemplate.Request(isTopic ? "topic_ack" : "p2p_ack", Id);
            for (var i = 0; i < 4; i++)
                Assert.Equal(expected, await ReceiveAsync(peer, expected.Length));
            Assert.Equal([5L, 6L, 7L], connection.Pushes);
            Assert.Equal(1, connection.Again);
        }
    }

    [Fact]
    public async Task Answers_go_to_the_messages_in_their_order_and_failures_are_told()
    {
        var (connection, peer) = await ConnectAsync(isTopic: false);
        using (connection)
        using (peer)
        {
            connection.Sends = 2;
            connection.Kick();
            Assert.False(connection.IsIdle);
            using var bytes = new PooledBufferWriter();
            Answer(bytes, "resp_message_p2p", failure: "");
            Answer(bytes, "resp_message_p2p", failure: "Not exists client");
            await peer.SendAsync(bytes.WrittenMemory, Cancellation);
            var call = connection.PingAsync(Cancellation);
            bytes.Clear();
            await connection.Answered.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancellation);
            Answer(bytes, "resp_pong", failure: "");
            await peer.SendAsync(bytes.WrittenMemory, Cancellation);
            await call;
            Assert.True(connection.IsIdle);
            Assert.Equal([(null, 101L), ("Not exists client", 102L)], connection.Answers);
        }
    }

    [Fact]
    public async Task A_refused_login_is_told_with_what_the_server_said()
    {
        var (connection, peer) = await ConnectAsync(isTopic: false);
        using (connection)
        using (peer)
        {
            var call = connection.CallAsync(GoImTemplate.Request("send_client_id", "5"), Cancellation);
            using var bytes = new PooledBufferWriter();
            Answer(bytes, "resp_client_id", failure: "Invalid token.");
            await peer.SendAsync(bytes.WrittenMemory, Cancellation);
            Assert.Contains("Invalid token.", (await Assert.ThrowsAsync<BenchException>(() => call)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("receive_notify_p2p", "0000000000000005")]
    [InlineData("receive_message_p2p", "hello, is anyone there?")]
    public async Task What_nobody_here_said_is_a_fault(string command, string content)
    {
        var (connection, peer) = await ConnectAsync(isTopic: false);
        using (connection)
        using (peer)
        {
            var call = connection.PingAsync(Cancellation);
            using var bytes = new PooledBufferWriter();
            var writer = new GoImWriter(bytes, Encoding.ASCII.GetBytes(command), ok: true, default);
            writer.Add(content);
            writer.Add(Id);
            writer.TryEnd("null"u8, time: null);
            await peer.SendAsync(bytes.WrittenMemory, Cancellation);
            await Assert.ThrowsAsync<BenchException>(() => call);
            Assert.NotNull(connection.Fault);
        }
    }

    private static byte[] Payload(byte[] frame)
    {
        Assert.Equal(frame.Length - GoImFrame.HeaderLength, BinaryPrimitives.ReadUInt16BigEndian(frame));
        return frame[GoImFrame.HeaderLength..];
    }

    private static void Push(PooledBufferWriter bytes, bool isTopic, long stamp, bool withTime)
    {
        var writer = new GoImWriter(bytes, isTopic ? "receive_message_topic"u8 : "receive_message_p2p"u8, ok: true, default);
        writer.Add($"{stamp:x16}some text");
        if (isTopic)
            writer.Add("78");
        writer.Add("400002");
        writer.Add(1_700_000_000);
        writer.Add(Id);
        writer.TryEnd("null"u8, withTime ? 1_700_000_001 : null);
    }

    private static void Answer(PooledBufferWriter bytes, string command, string failure)
    {
        var writer = new GoImWriter(bytes, Encoding.ASCII.GetBytes(command), failure.Length == 0, Encoding.ASCII.GetBytes(failure));
        writer.TryEnd("null"u8, time: 1_700_000_001);
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

    private async Task<(Recorder Connection, Socket Peer)> ConnectAsync(bool isTopic)
    {
        var connection = new Recorder(isTopic);
        var accepting = _listener.AcceptAsync(Cancellation);
        await connection.ConnectAsync((IPEndPoint)_listener.LocalEndPoint!, source: null, Cancellation);
        var peer = await accepting;
        peer.NoDelay = true;
        return (connection, peer);
    }

    private sealed class Recorder(bool isTopic) : GoImConnection(receiveBytes: 16, isTopic, depth: 3)
    {
        private readonly GoImTemplate _template = GoImTemplate.ToUser(1, 16);

        public int Sends { get; set; }

        public List<long> Pushes { get; } = [];

        public List<(string? Failure, long SentAt)> Answers { get; } = [];

        public TaskCompletionSource Answered { get; } = new();

        protected override void OnPush(long stamp, long now) => Pushes.Add(stamp);

        protected override void OnAnswer(string? error, long sentAt, long now)
        {
            Answers.Add((error is null ? null : JsonDocument.Parse(error).RootElement.GetProperty("msg").GetString(), sentAt));
            if (Answers.Count == 2)
                Answered.SetResult();
        }

        protected override void OnTurn()
        {
            for (var i = 1; i <= Sends; i++)
                Send(_template, i, 100 + i);
            Sends = 0;
        }
    }
}
