using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;

namespace Parley.Server.Demo;

/// <summary>
/// A client of the GoIM msg_server. It acknowledges nothing until it has read history: that is, until it has come again and was sent
/// everything that it had not acknowledged, which is how this protocol lets clients read what was said.
/// </summary>
internal sealed class GoImParticipant(string name, long userId, IPEndPoint door, string token) : DemoParticipant(name, "GoIM", userId)
{
    private const int HeaderLength = 2;
    private const int ContentAt = 0;
    private const int SenderAt = 2;
    private const int UuidAt = 4;

    private Connection? _connection;

    public override string HistoryWay => "login again: pushes not acknowledged";

    private Connection Current => _connection ?? throw new InvalidOperationException("Not logged in.");

    /// <summary>Connects and logs in.</summary>
    public async Task LogInAsync(CancellationToken cancellationToken)
    {
        _connection = await Connection.OpenAsync(door, cancellationToken);
        _connection.Pushed = message => Hear(message[SenderAt], message[ContentAt]);
        await _connection.AskAsync("send_client_id", cancellationToken, UserName, token);
    }

    /// <summary>Joins the topic that the group is here.</summary>
    public Task JoinAsync(long group, CancellationToken cancellationToken) =>
        Current.AskAsync("send_join_topic", cancellationToken, group.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override Task SendAsync(long group, string text, CancellationToken cancellationToken) =>
        Current.AskAsync("send_message_topic", cancellationToken, text, group.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<DemoHeard>> ReadHistoryAsync(long group, int count, CancellationToken cancellationToken)
    {
        await Current.DisposeAsync();
        var again = Channel.CreateBounded<IReadOnlyList<string>>(100);
        _connection = await Connection.OpenAsync(door, cancellationToken);
        _connection.Pushed = message => again.Writer.TryWrite(message);
        await _connection.AskAsync("send_client_id", cancellationToken, UserName, token);
        var read = new List<DemoHeard>(count);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        try
        {
            while (read.Count < count)
            {
                var message = await again.Reader.ReadAsync(deadline.Token);
                read.Add(new(message[SenderAt], message[ContentAt]));
                await _connection.TellAsync("topic_ack", cancellationToken, message[UuidAt]);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // what did not come is missing
        }
        return read;
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
            await connection.DisposeAsync();
        HearNoMore();
    }

    /// <summary>JSON in frames of two length bytes; pushes of topics that come twice are heard once.</summary>
    private sealed class Connection : IAsyncDisposable
    {
        private readonly NetworkStream _stream;
        private readonly Channel<string?> _answers = Channel.CreateBounded<string?>(16);
        private readonly HashSet<string> _known = [];
        private readonly Task _reading;

        private Connection(Socket socket)
        {
            _stream = new(socket, ownsSocket: true);
            _reading = ReadAsync();
        }

        public Action<IReadOnlyList<string>> Pushed { get; set; } = static _ => { };

        public static async Task<Connection> OpenAsync(IPEndPoint door, CancellationToken cancellationToken)
        {
            var socket = new Socket(door.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(door, cancellationToken);
                return new(socket);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        /// <summary>Sends a command and waits for its answer. One at a time.</summary>
        public async Task AskAsync(string command, CancellationToken cancellationToken, params string[] arguments)
        {
            await TellAsync(command, cancellationToken, arguments);
            if (await InTimeAsync(_answers.Reader.ReadAsync(cancellationToken).AsTask(), $"the answer to {command}", cancellationToken) is { } refusal)
                throw new IOException($"{command}: {refusal}");
        }

        /// <summary>Sends what is not answered.</summary>
        public async Task TellAsync(string command, CancellationToken cancellationToken, params string[] arguments)
        {
            var frame = new ArrayBufferWriter<byte>();
            frame.Write<byte>([0, 0]);
            await using (var json = new Utf8JsonWriter(frame))
            {
                json.WriteStartObject();
                json.WriteString("cmd"u8, command);
                json.WriteStartArray("obj"u8);
                foreach (var argument in arguments)
                    json.WriteStringValue(argument);
                json.WriteEndArray();
                json.WriteNull("repo"u8);
                json.WriteEndObject();
            }
            var bytes = frame.WrittenSpan.ToArray();
            BinaryPrimitives.WriteUInt16BigEndian(bytes, checked((ushort)(bytes.Length - HeaderLength)));
            await _stream.WriteAsync(bytes, cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await _stream.DisposeAsync();
            await _reading;
        }

        private async Task ReadAsync()
        {
            var header = new byte[HeaderLength];
            Exception? reason = null;
            try
            {
                while (true)
                {
                    await _stream.ReadExactlyAsync(header);
                    var payload = new byte[BinaryPrimitives.ReadUInt16BigEndian(header)];
                    await _stream.ReadExactlyAsync(payload);
                    using var json = JsonDocument.Parse(payload);
                    Take(json.RootElement);
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or JsonException)
            {
                reason = e as JsonException;
            }
            _answers.Writer.TryComplete(reason);
        }

        private void Take(JsonElement message)
        {
            var command = message.GetProperty("cmd").GetString() ?? "";
            if (command == "receive_message_topic")
            {
                string[] parts = [.. message.GetProperty("obj").EnumerateArray().Select(static part => part.GetString() ?? "")];
                if (parts.Length > UuidAt && _known.Add(parts[UuidAt]))
                    Pushed(parts);
            }
            else if (command.StartsWith("resp_", StringComparison.Ordinal))
            {
                _answers.Writer.TryWrite(message.GetProperty("ok").GetBoolean() ? null : message.GetProperty("msg").GetString());
            }
        }
    }
}
