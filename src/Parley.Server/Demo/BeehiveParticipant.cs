using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;
using Google.Protobuf;
using Parley.Wire.Beehive;
using Parley.Wire.Beehive.Messages;
using Parley.Wire.MessagePack;

namespace Parley.Server.Demo;

/// <summary>
/// A user of beehive's listend with two devices. The phone speaks and listens; the tablet has been here, has gone, and reads what it has
/// missed when it comes again, which is how this protocol lets clients read what was said in a group.
/// </summary>
internal sealed class BeehiveParticipant(string name, long userId, IPEndPoint http, IPEndPoint listend, string token)
    : DemoParticipant(name, "beehive", userId)
{
    private Device? _phone;
    private ulong _tabletSession;

    public override string HistoryWay => "SYNC of a device that was away";

    private Device Phone => _phone ?? throw new InvalidOperationException("Not logged in.");

    /// <summary>Registers both devices; the phone logs in and stays, the tablet logs in and goes.</summary>
    public async Task LogInAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new($"http://{http}"), Timeout = Patience };
        _phone = await EnterAsync(client, await RegisterAsync(client, cancellationToken), cancellationToken);
        _phone.Chatted = chat => Hear(chat.Uid.ToString(CultureInfo.InvariantCulture), chat.Text);
        _tabletSession = await RegisterAsync(client, cancellationToken);
        await using var tablet = await EnterAsync(client, _tabletSession, cancellationToken);
        await tablet.AskAsync(BeehiveCommand.Offline, body: null, cancellationToken);
    }

    /// <summary>Joins the group.</summary>
    public async Task JoinAsync(long group, CancellationToken cancellationToken) =>
        CheckCode(await Phone.AskAsync(BeehiveCommand.GroupJoin, new UidGid { Uid = (ulong)UserId, Gid = (ulong)group }, cancellationToken));

    /// <inheritdoc/>
    public override async Task SendAsync(long group, string text, CancellationToken cancellationToken)
    {
        var chat = new GroupChat
        {
            Uid = (ulong)UserId,
            Gid = (ulong)group,
            Level = 0,
            Time = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            Text = text,
        };
        CheckCode(await Phone.AskAsync(BeehiveCommand.GroupChat, chat, cancellationToken));
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<DemoHeard>> ReadHistoryAsync(long group, int count, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new($"http://{http}"), Timeout = Patience };
        await using var tablet = await EnterAsync(client, _tabletSession, cancellationToken);
        var read = new List<DemoHeard>(count);
        tablet.Chatted = chat =>
        {
            if (chat.Gid == (ulong)group)
                read.Add(new(chat.Uid.ToString(CultureInfo.InvariantCulture), chat.Text));
        };
        // what was missed comes before the answer
        await tablet.AskAsync(BeehiveCommand.Sync, new Sync { Uid = (ulong)UserId }, cancellationToken);
        return read;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_phone is { } phone)
            await phone.DisposeAsync();
        HearNoMore();
    }

    private async Task<ulong> RegisterAsync(HttpClient client, CancellationToken cancellationToken)
    {
        using var answer = await GetAsync(client, $"/im/register?uid={UserId}&nation=86&city=1&town=1", cancellationToken);
        return answer.RootElement.GetProperty("sid").GetUInt64();
    }

    private async Task<Device> EnterAsync(HttpClient client, ulong sessionId, CancellationToken cancellationToken)
    {
        var path = $"/im/iplist?type=1&uid={UserId}&sid={sessionId}&clientip=127.0.0.1&auth={Uri.EscapeDataString(token)}";
        using var answer = await GetAsync(client, path, cancellationToken);
        var device = await Device.OpenAsync(listend, sessionId, cancellationToken);
        try
        {
            await device.LogInAsync((ulong)UserId, answer.RootElement.GetProperty("token").GetString() ?? "", cancellationToken);
            return device;
        }
        catch
        {
            await device.DisposeAsync();
            throw;
        }
    }

    private static async Task<JsonDocument> GetAsync(HttpClient client, string path, CancellationToken cancellationToken)
    {
        var json = JsonDocument.Parse(await client.GetByteArrayAsync(new Uri(path, UriKind.Relative), cancellationToken));
        if (json.RootElement.TryGetProperty("code", out var code) && code.GetInt32() == 0)
            return json;
        using (json)
            throw new IOException($"{path.Split('?')[0]}: {json.RootElement.GetRawText()}");
    }

    private static void CheckCode(byte[] body)
    {
        var answer = CodeErrmsg.Parser.ParseFrom(body);
        if (answer.Code != 0)
            throw new IOException($"{answer.Code} {answer.Errmsg}");
    }

    /// <summary>A connection to listend over TCP.</summary>
    private sealed class Device : IAsyncDisposable
    {
        private readonly ulong _sessionId;
        private readonly NetworkStream _stream;
        private readonly Channel<byte[]> _answers = Channel.CreateBounded<byte[]>(16);
        private readonly Task _reading;
        private ulong _sequence;
        private BeehiveCommand _asked;

        private Device(Socket socket, ulong sessionId)
        {
            _sessionId = sessionId;
            _stream = new(socket, ownsSocket: true);
            _reading = ReadAsync();
        }

        public Action<GroupChat> Chatted { get; set; } = static _ => { };

        public static async Task<Device> OpenAsync(IPEndPoint listend, ulong sessionId, CancellationToken cancellationToken)
        {
            var socket = new Socket(listend.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(listend, cancellationToken);
                return new(socket, sessionId);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        public async Task LogInAsync(ulong userId, string token, CancellationToken cancellationToken)
        {
            var body = new Online { Uid = userId, Sid = _sessionId, Token = token, App = "parley-demo", Version = "1.0" };
            var answer = OnlineAck.Parser.ParseFrom(await AskAsync(BeehiveCommand.Online, body, cancellationToken));
            if (answer.Code != 0)
                throw new IOException($"ONLINE: {answer.Code} {answer.Errmsg}");
            _sequence = answer.Seq;
        }

        /// <summary>Sends a command and waits for its ack, whose number is the next one. One at a time.</summary>
        public async Task<byte[]> AskAsync(BeehiveCommand command, IMessage? body, CancellationToken cancellationToken)
        {
            _asked = command;
            using var packet = new PooledBufferWriter();
            var header = new BeehiveHeader(command, 0, _sessionId, Sequence: ++_sequence);
            if (body is null)
                BeehiveWriter.TryWrite(packet, BeehiveGeneration.Head, header, default(ReadOnlySpan<byte>));
            else
                BeehiveWriter.TryWrite(packet, BeehiveGeneration.Head, header, body);
            await _stream.WriteAsync(packet.WrittenMemory, cancellationToken);
            return await InTimeAsync(_answers.Reader.ReadAsync(cancellationToken).AsTask(), $"the answer to {command}", cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await _stream.DisposeAsync();
            await _reading;
        }

        private async Task ReadAsync()
        {
            var input = PipeReader.Create(_stream);
            using var packets = new BeehiveReader(BeehiveHeader.DefaultMaxReceivedBodyLength);
            try
            {
                while (true)
                {
                    var result = await input.ReadAsync();
                    var buffer = result.Buffer;
                    while (packets.TryRead(ref buffer, out var packet) == BeehiveReadStatus.Packet)
                        Take(packet);
                    input.AdvanceTo(buffer.Start, buffer.End);
                    if (result.IsCompleted)
                        break;
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidProtocolBufferException)
            {
                // closed, or it was no packet: what is missing will be told
            }
            _answers.Writer.TryComplete();
        }

        private void Take(BeehivePacket packet)
        {
            if (packet.Header.Command == BeehiveCommand.GroupChat)
                Chatted(GroupChat.Parser.ParseFrom(packet.Body));
            else if (packet.Header.Command == _asked + 1)
                _answers.Writer.TryWrite(packet.Body.ToArray());
        }
    }
}
