using System.Buffers.Binary;
using System.Net;
using System.Threading.Channels;
using Parley.Conformance.Tests.Fpnn;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>A client of the long connection over TCP or WebSocket, of either generation. It acknowledges nothing by itself.</summary>
public sealed class BeehivePeer : IAsyncDisposable
{
    private readonly RawPeer _raw;
    private readonly WebSocketPeer? _webSocket;
    private readonly Channel<Packet> _answers = Channel.CreateUnbounded<Packet>();
    private readonly Channel<Packet> _pushes = Channel.CreateUnbounded<Packet>();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Task _reading;
    private int _received;

    private BeehivePeer(RawPeer raw, Speech speech)
    {
        _raw = raw;
        Speech = speech;
        IsSeed = speech is Speech.TcpSeed or Speech.WebSocketSeed;
        _webSocket = speech is Speech.WebSocket or Speech.WebSocketSeed ? new WebSocketPeer(raw) : null;
        _reading = Task.Run(ReadAsync);
    }

    public Speech Speech { get; }

    public bool IsSeed { get; }

    public IPEndPoint LocalEndpoint => _raw.LocalEndpoint;

    public long UserId { get; set; }

    public long SessionId { get; set; }

    /// <summary>The seq that was sent last.</summary>
    public ulong Sequence { get; set; }

    /// <summary>The body's seq of the ONLINE-ACK.</summary>
    public long SequenceBase { get; private set; }

    /// <summary>The status of the close frame; 0 = none came.</summary>
    public int CloseStatus { get; private set; }

    /// <summary>Pings of the WebSocket that came and were answered.</summary>
    public int Pings { get; private set; }

    /// <summary>Completes when the server has closed.</summary>
    public Task Closed => _reading;

    public static async Task<BeehivePeer> ConnectAsync(
        IReadOnlyDictionary<string, IPEndPoint> doors, Speech speech = Speech.Tcp, string path = "/im", int? receiveBuffer = null)
    {
        var isWebSocket = speech is Speech.WebSocket or Speech.WebSocketSeed;
        var raw = await RawPeer.ConnectAsync(doors[isWebSocket ? "BeehiveWebSocket" : "BeehiveTcp"], receiveBuffer: receiveBuffer);
        if (isWebSocket)
        {
            await raw.SendTextAsync(Handshake(path));
            var head = await raw.ReadHeadAsync();
            Assert.StartsWith("HTTP/1.1 101 ", head);
            Assert.DoesNotContain("Sec-WebSocket-Protocol", head, StringComparison.OrdinalIgnoreCase);
        }
        return new(raw, speech);
    }

    public static string Handshake(string path) => WebSocketPeer.Handshake.Replace("/service/websocket", path, StringComparison.Ordinal);

    /// <summary>A packet of this client's session with the next seq.</summary>
    public Packet Next(uint command, byte[]? body = null) => new(command, body ?? [], SessionId, ++Sequence);

    public byte[] Bytes(Packet packet) => packet.ToBytes(IsSeed);

    /// <summary>Sends a packet; over WebSocket as a binary message.</summary>
    public Task SendAsync(Packet packet) => SendBytesAsync(Bytes(packet));

    public Task SendBytesAsync(byte[] bytes) => SendRawAsync(_webSocket is null ? bytes : WebSocketPeer.Masked(WebSocketPeer.Binary, bytes));

    /// <summary>Sends bytes as they are: over WebSocket they are frames.</summary>
    public async Task SendRawAsync(byte[] bytes)
    {
        await _sending.WaitAsync();
        try
        {
            await _raw.SendAsync(bytes);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Sends what a server that closes meanwhile may refuse.</summary>
    public Task TrySendAsync(Packet packet) =>
        _raw.TrySendAsync(_webSocket is null ? Bytes(packet) : WebSocketPeer.Masked(WebSocketPeer.Binary, Bytes(packet)));

    /// <summary>Sends a command; returns the seq that it had.</summary>
    public async Task<ulong> SendAsync(uint command, params (int Number, object Value)[] fields)
    {
        var packet = Next(command, Proto.Of(fields));
        await SendAsync(packet);
        return packet.Seq;
    }

    /// <summary>Sends a command; the next answer must be its ack with our sid and seq.</summary>
    public Task<Packet> AskAsync(uint command, params (int Number, object Value)[] fields) => AskBodyAsync(command, Proto.Of(fields));

    public async Task<Packet> AskBodyAsync(uint command, byte[] body)
    {
        var packet = Next(command, body);
        await SendAsync(packet);
        return await ExpectAnswerAsync(command + 1, packet.Seq);
    }

    /// <summary>The next answer: this one.</summary>
    public async Task<Packet> ExpectAnswerAsync(uint command, ulong seq)
    {
        var answer = await NextAnswerAsync();
        Assert.True(answer.Command == command && answer.Seq == seq && answer.Sid == SessionId && answer.Dsid == 0 && answer.Dseq == 0,
            $"Not {command:X4} with seq {seq} but {answer}");
        return answer;
    }

    /// <summary>Sends a command whose ack is <c>{code, errmsg}</c>; it is done.</summary>
    public async Task DoneAsync(uint command, params (int Number, object Value)[] fields) =>
        (await AskAsync(command, fields)).Is((1, 0), (2, "Ok"));

    /// <summary>Sends a command whose ack is <c>{code, errmsg}</c>; it is refused.</summary>
    public async Task FailAsync(long code, uint command, params (int Number, object Value)[] fields)
    {
        var answer = await AskAsync(command, fields);
        Assert.Equal((code, 2), (answer.Int(1), Proto.Read(answer.Body).Count));
        Assert.NotEmpty(answer.Text(2));
    }

    /// <summary>Logs in, and goes on from the sequence that the ack says.</summary>
    public async Task LoginAsync(long uid, long sid, string token, string app = "app", string version = "1.0", ulong seq = 1)
    {
        UserId = uid;
        SessionId = sid;
        Sequence = seq;
        await SendAsync(new Packet(0x0101, Proto.Of((1, uid), (2, sid), (3, token), (4, app), (5, version)), sid, seq));
        var ack = await ExpectAnswerAsync(0x0102, seq);
        if (IsSeed)
        {
            ack.Is((1, uid), (2, sid), (3, app), (4, version), (6, 0), (7, "Ok"));
            return;
        }
        SequenceBase = ack.Int(3);
        Assert.InRange(SequenceBase, (long)seq + 1, long.MaxValue);
        Sequence = (ulong)SequenceBase;
        ack.Is((1, uid), (2, sid), (3, SequenceBase), (4, app), (5, version), (7, 0), (8, "Ok"));
    }

    /// <summary>An <see cref="IOException"/> when the server has closed.</summary>
    public Task<Packet> NextAnswerAsync() => NextAsync(_answers, "an answer");

    public Task<Packet> NextPushAsync() => NextAsync(_pushes, "a push");

    /// <summary>The next push: of this command, to our session.</summary>
    public async Task<Packet> NextPushAsync(uint command)
    {
        var push = await NextPushAsync();
        Assert.True(push.Command == command && push.Sid == SessionId, $"Not {command:X4} but {push}");
        return push;
    }

    /// <summary>Everything that was sent before has been read: what the pushes were.</summary>
    public async Task<List<Packet>> DrainAsync()
    {
        await PingAsync();
        var pushes = new List<Packet>();
        while (_pushes.Reader.TryRead(out var push))
            pushes.Add(push);
        return pushes;
    }

    public async Task ExpectNoPushAsync() => Assert.Empty(await DrainAsync());

    public async Task PingAsync() => Assert.Empty((await AskAsync(0x0105)).Body);

    /// <summary>The server closes, and answers nothing more before.</summary>
    public async Task ExpectClosedAsync()
    {
        await Wait.For(Closed, "the server to close");
        Assert.False(_answers.Reader.TryRead(out var answer), $"Unexpected {answer}");
    }

    /// <summary>The server tells why it ends the session (§9.5), and closes after a while.</summary>
    public async Task ExpectKickedAsync(long code, string? text = null)
    {
        var kick = await NextPushAsync(IsSeed ? 0x0112u : 0x0110u);
        Assert.Equal((code, 2), (kick.Int(1), Proto.Read(kick.Body).Count));
        Assert.Equal(text ?? kick.Text(2), kick.Text(2));
        await ExpectClosedAsync();
    }

    public void HalfClose() => _raw.HalfClose();

    public void Reset() => _raw.Reset();

    public async ValueTask DisposeAsync()
    {
        await _raw.DisposeAsync();
        await _reading;
        _sending.Dispose();
    }

    private static async Task<Packet> NextAsync(Channel<Packet> channel, string what)
    {
        try
        {
            return await Wait.For(channel.Reader.ReadAsync().AsTask(), what);
        }
        catch (ChannelClosedException exception)
        {
            throw exception.InnerException ?? exception;
        }
    }

    private async Task ReadAsync()
    {
        Exception? reason = null;
        try
        {
            using var input = new BufferedStream(_raw.Stream, 65_536);
            while (await ReadPacketAsync(input) is { } packet)
                (IsPush(packet.Command) ? _pushes : _answers).Writer.TryWrite(packet with { Number = ++_received });
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // closed, by whomever
        }
        catch (Exception exception)
        {
            reason = exception;
        }
        reason ??= new IOException("The server has closed.");
        _answers.Writer.TryComplete(reason);
        _pushes.Writer.TryComplete(reason);
    }

    /// <summary>What the server sends unasked. The seed generation has 0110 as a request and 0112 as a kick.</summary>
    private bool IsPush(uint command) => command switch
    {
        0x0110 => !IsSeed,
        0x0112 => IsSeed,
        0x0201 or 0x0203 or 0x0205 or 0x0309 or 0x030B or 0x0409 or 0x040B or 0x040D or 0x0410 or 0x0501 or 0x0503 => true,
        _ => command is (>= 0x0350 and <= 0x0368) or (>= 0x0450 and <= 0x0455),
    };

    private async Task<Packet?> ReadPacketAsync(Stream input)
    {
        var header = new byte[Packet.HeaderLength(IsSeed)];
        if (_webSocket is null)
        {
            await input.ReadExactlyAsync(header);
            var body = new byte[Packet.BodyLength(header)];
            await input.ReadExactlyAsync(body);
            return Packet.Read(header, body, IsSeed);
        }
        var (opcode, payload) = await ReadFrameAsync(input);
        while (opcode == WebSocketPeer.Ping)
        {
            Pings++;
            await _raw.TrySendAsync(WebSocketPeer.Masked(WebSocketPeer.Pong, payload));
            (opcode, payload) = await ReadFrameAsync(input);
        }
        if (opcode == WebSocketPeer.Pong)
            return await ReadPacketAsync(input);
        if (opcode == WebSocketPeer.CloseFrame)
        {
            CloseStatus = BinaryPrimitives.ReadUInt16BigEndian(payload);
            return null;
        }
        // one packet in each message, and always a binary one (§7.2)
        Assert.Equal(WebSocketPeer.Binary, opcode);
        Assert.InRange(payload.Length, header.Length, int.MaxValue);
        Assert.Equal(payload.Length - header.Length, Packet.BodyLength(payload));
        return Packet.Read(payload, payload[header.Length..], IsSeed);
    }

    private static async Task<(byte Opcode, byte[] Payload)> ReadFrameAsync(Stream input)
    {
        var start = new byte[2];
        await input.ReadExactlyAsync(start);
        Assert.Equal(0x80, start[0] & 0xf0);
        Assert.Equal(0, start[1] & 0x80);
        long length = start[1];
        if (length >= 126)
        {
            var longer = new byte[length == 126 ? 2 : 8];
            await input.ReadExactlyAsync(longer);
            length = longer.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(longer) : BinaryPrimitives.ReadInt64BigEndian(longer);
        }
        var payload = new byte[length];
        await input.ReadExactlyAsync(payload);
        return ((byte)(start[0] & 15), payload);
    }
}
