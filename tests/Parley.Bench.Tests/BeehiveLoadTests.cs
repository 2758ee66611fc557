using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Parley.Bench.Client;
using Parley.Testing;
using Parley.Wire.Beehive;

namespace Parley.Bench.Tests;

public sealed class BeehiveLoadTests : IDisposable
{
    private const long Session = 2001;
    private const long Me = 100_001;
    private const long Partner = 100_002;
    private const int SequenceAt = 28;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly BeehiveHttp _http = new(new(IPAddress.Loopback, 1), connections: 1);

    public BeehiveLoadTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _listener.Dispose();
        _http.Dispose();
    }

    [Fact]
    public void Online_has_the_bytes_of_the_vector_but_for_the_name_of_the_application() => Assert.Equal(
        "00000101" + "00000018" + "00000000000007D1" + "0000000000000000" + "00000000" + "0000000000000001" + "0000000000000000"
        + "0000000000000000" + "08A18D06" + "10D10F" + "1A0354304B" + "220562656E6368" + "2A03312E30",
        Convert.ToHexString(BeehiveTemplate.Online(Session, 1, Me, "T0K")));

    [Theory]
    [InlineData(1, BeehiveTemplate.StampLength)]
    [InlineData(100, 100)]
    public void A_chat_is_what_the_server_reads_with_the_numbers_of_this_use_without_allocating(int bodyBytes, int length)
    {
        var chat = BeehiveTemplate.Chat(Session, Me, Partner, bodyBytes);
        var room = BeehiveTemplate.RoomChat(Session, Me, 1_000_000_015, 2, bodyBytes);
        var bytes = new byte[Math.Max(chat.Length, room.Length)];
        foreach (var stamp in new[] { 1L, 0x1234_5678_9abc, long.MaxValue })
        {
            chat.Write(bytes, 17, stamp);
            Assert.True(BeehiveChatBody.TryParse(BodyOf(bytes.AsSpan(0, chat.Length), BeehiveCommand.Chat, 17), out var body));
            Assert.Equal(((ulong)Me, (ulong)Partner, length), (body.Sender, body.Target, body.Text.Length));
            Assert.Equal(stamp, BeehiveTemplate.ReadStamp(body.Text));

            room.Write(bytes, 18, stamp);
            Assert.True(BeehiveChatBody.TryParseRoom(BodyOf(bytes.AsSpan(0, room.Length), BeehiveCommand.RoomChat, 18), out body));
            Assert.Equal(((ulong)Me, 1_000_000_015UL, 2U, length), (body.Sender, body.Target, body.SubGroup, body.Text.Length));
            Assert.Equal(stamp, BeehiveTemplate.ReadStamp(body.Text));
        }
        Assert.Equal(0, Allocations.Least(100, i => chat.Write(bytes, (ulong)i + 1, i + 1)));
    }

    [Fact]
    public void Fields_are_found_whatever_lies_before_them()
    {
        var body = new List<byte>();
        BeehiveFields.Add(body, 1, 0);
        BeehiveFields.Add(body, 2, ulong.MaxValue);
        BeehiveFields.Add(body, 4, "first"u8);
        BeehiveFields.Add(body, 5, 300);
        BeehiveFields.Add(body, 8, "last"u8);
        byte[] bytes = [.. body];
        Assert.Equal((0UL, ulong.MaxValue, 0UL, 300UL), (Number(1), Number(2), Number(3), Number(5)));
        Assert.Equal("first"u8, BeehiveFields.FirstText(bytes));
        Assert.Equal("last"u8, BeehiveFields.LastText(bytes));
        Assert.Equal(0UL, BeehiveFields.Number(bytes.AsSpan(0, bytes.Length - 6), 9));

        ulong Number(int field) => BeehiveFields.Number(bytes, field);
    }

    [Theory]
    [InlineData(BeehiveCommand.Chat, 4)]
    [InlineData(BeehiveCommand.RoomChat, 5)]
    [InlineData(BeehiveCommand.RoomBroadcast, 5)]
    public async Task Every_push_is_acknowledged_with_its_own_numbers_however_its_bytes_arrive(BeehiveCommand command, int numbers)
    {
        var (connection, peer) = await ConnectAsync();
        using (connection)
        using (peer)
        {
            byte[] bytes = [.. Push(command, 7, numbers, "0000000000000005"u8), .. Push(command, 8, numbers, "0000000000000006 and more"u8)];
            for (var i = 0; i < bytes.Length; i += 11)
                await peer.SendAsync(bytes.AsMemory(i, Math.Min(11, bytes.Length - i)), Cancellation);

            foreach (var sequence in new[] { 7UL, 8UL })
            {
                var ack = await ReceiveAsync(peer, connection.Acknowledgement.Length);
                var body = BodyOf(ack, BeehiveCommand.ChatAck, sequence).ToArray();
                Assert.Equal(((ulong)Partner, (ulong)Me, 0UL), (BeehiveFields.Number(body, 1), BeehiveFields.Number(body, 2), BeehiveFields.Number(body, 3)));
                Assert.True(BeehiveHeader.TryRead(ack, BeehiveGeneration.Head, out var header, out _));
                Assert.Equal((3001UL, sequence), (header.TargetSessionId, header.TargetSequence));
            }
            Assert.Equal([(command, 5L), (command, 6L)], connection.Pushes);
        }
    }

    [Fact]
    public async Task Answers_go_to_the_messages_by_their_sequence_and_failures_are_told()
    {
        var (connection, peer) = await ConnectAsync();
        using (connection)
        using (peer)
        {
            connection.Sends = 3;
            connection.Kick();
            Assert.False(connection.IsIdle);
            var sent = await ReceiveAsync(peer, 3 * connection.Chat.Length);
            var sequences = Enumerable.Range(0, 3).Select(i => BinaryPrimitives.ReadUInt64BigEndian(sent.AsSpan((i * connection.Chat.Length) + SequenceAt))).ToArray();
            Assert.Equal([sequences[0], sequences[0] + 1, sequences[0] + 2], sequences);

            await peer.SendAsync(Answer(sequences[1], 10005), Cancellation);
            await peer.SendAsync(Answer(sequences[0], 0), Cancellation);
            await peer.SendAsync(Answer(sequences[2], 0), Cancellation);
            await connection.Answered.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancellation);
            Assert.Equal([("10005 no", 102L), (null, 101L), (null, 103L)], connection.Answers);
            Assert.True(connection.IsIdle);
        }
    }

    [Theory]
    [InlineData(BeehiveCommand.Kick)]
    [InlineData(BeehiveCommand.Error)]
    [InlineData(BeehiveCommand.ChatAck)] // of a sequence that nobody used
    public async Task What_nobody_asked_for_is_a_fault(BeehiveCommand command)
    {
        var (connection, peer) = await ConnectAsync();
        using (connection)
        using (peer)
        {
            var call = connection.PingAsync(Cancellation);
            await peer.SendAsync(Packet(command, 99, [8, 1, 18, 2, (byte)'n', (byte)'o']), Cancellation);
            await Assert.ThrowsAsync<BenchException>(() => call);
            Assert.NotNull(connection.Fault);
        }
    }

    private static ReadOnlySpan<byte> BodyOf(ReadOnlySpan<byte> packet, BeehiveCommand command, ulong sequence)
    {
        Assert.True(BeehiveHeader.TryRead(packet, BeehiveGeneration.Head, out var header, out _));
        Assert.Equal((command, (ulong)Session, sequence), (header.Command, header.SessionId, header.Sequence));
        Assert.Equal(packet.Length, BeehiveHeader.HeadLength + (int)header.Length);
        return packet[BeehiveHeader.HeadLength..];
    }

    private static byte[] Push(BeehiveCommand command, ulong sequence, int numbers, ReadOnlySpan<byte> text)
    {
        var body = new List<byte>();
        for (var i = 1; i <= numbers; i++)
            BeehiveFields.Add(body, i, (ulong)i * 100);
        BeehiveFields.Add(body, numbers + 1, text);
        return Packet(command, sequence, [.. body]);
    }

    private static byte[] Answer(ulong sequence, uint code)
    {
        var body = new List<byte>();
        BeehiveFields.Add(body, 1, (ulong)Me);
        BeehiveFields.Add(body, 2, (ulong)Partner);
        BeehiveFields.Add(body, 3, code);
        BeehiveFields.Add(body, 4, "no"u8);
        return Packet(BeehiveCommand.ChatAck, sequence, [.. body]);
    }

    private static byte[] Packet(BeehiveCommand command, ulong sequence, byte[] body)
    {
        var packet = new byte[BeehiveHeader.HeadLength + body.Length];
        var header = new BeehiveHeader(
            command, (uint)body.Length, (ulong)Session, ConnectionId: 7, NodeId: 20001, Sequence: sequence, TargetSessionId: 3001, TargetSequence: sequence);
        Assert.True(header.TryWrite(packet, BeehiveGeneration.Head));
        body.CopyTo(packet, BeehiveHeader.HeadLength);
        return packet;
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
        var connection = new Recorder(_http);
        var accepting = _listener.AcceptAsync(Cancellation);
        await connection.ConnectAsync((IPEndPoint)_listener.LocalEndPoint!, source: null, Cancellation);
        var peer = await accepting;
        peer.NoDelay = true;
        return (connection, peer);
    }

    private sealed class Recorder(BeehiveHttp http) : BeehiveConnection(receiveBytes: 16, http, depth: 3)
    {
        public BeehiveTemplate Chat { get; } = BeehiveTemplate.Chat(Session, Me, Partner, 16);

        public BeehiveTemplate Acknowledgement { get; } = BeehiveTemplate.ChatAck(Session, Partner, Me);

        public int Sends { get; set; }

        public List<(BeehiveCommand Command, long Stamp)> Pushes { get; } = [];

        public List<(string? Failure, long SentAt)> Answers { get; } = [];

        public TaskCompletionSource Answered { get; } = new();

        protected override void OnPush(BeehiveCommand command, ReadOnlySpan<byte> header, ReadOnlySpan<byte> body, long stamp, long now)
        {
            Acknowledgement.WriteAck(Reserve(Acknowledgement.Length), header);
            Pushes.Add((command, stamp));
        }

        protected override void OnAnswer(string? error, long sentAt, long now) => Answers.Add((error, sentAt));

        protected override void OnTurn()
        {
            for (var i = 1; i <= Sends; i++)
            {
                Assert.True(HasFree);
                Send(Chat, i, 100 + i);
            }
            if (Sends > 0)
                Assert.False(HasFree);
            Sends = 0;
            if (Answers.Count == 3)
                Answered.TrySetResult();
        }
    }
}
