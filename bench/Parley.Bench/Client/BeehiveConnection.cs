using System.Buffers.Binary;
using System.Net;
using System.Text;
using Parley.Bench.Serving;
using Parley.Wire.Beehive;

namespace Parley.Bench.Client;

/// <summary>
/// One session over TCP, which goes the way of a client: register, iplist, ONLINE. Messages are not acknowledged here, as stock clients do
/// not; who wants to does it in <see cref="OnPush"/>.
/// </summary>
/// <param name="receiveBytes">Room for what one read brings.</param>
/// <param name="http">The HTTP interface.</param>
/// <param name="depth">Chats under way at the most; 0 = says nothing.</param>
internal abstract class BeehiveConnection(int receiveBytes, BeehiveHttp http, int depth) : LoadSocket(receiveBytes)
{
    private const ulong FirstSequence = 1;

    private readonly long[] _sentAt = new long[depth]; // by sequence; 0 = answered
    private ulong _oldest;
    private ulong _next;

    /// <summary>The user.</summary>
    public long User { get; private set; }

    /// <summary>sid.</summary>
    public long SessionId { get; private set; }

    /// <summary>Whether nothing waits for an answer.</summary>
    public bool IsIdle => Volatile.Read(ref _oldest) == Volatile.Read(ref _next);

    /// <summary>Whether another chat may be sent.</summary>
    protected bool HasFree => _next - _oldest < (ulong)depth;

    public override IPEndPoint DoorOf(ServerTarget target) => target.BeehiveDoor ?? throw new BenchException("the server has no door BeehiveTcp");

    public override async Task LogInAsync(ServerTarget target, long user, CancellationToken cancellationToken)
    {
        var (session, token) = await http.RegisterAsync(user, cancellationToken);
        var answer = await CallAsync(BeehiveTemplate.Online(session, FirstSequence, user, token), cancellationToken);
        (User, SessionId) = (user, session);
        _oldest = _next = BeehiveFields.Number(answer, 3) + 1; // from there on the client goes on
    }

    /// <summary>Enters a room and returns the sub-group.</summary>
    public async Task<int> JoinAsync(long room, CancellationToken cancellationToken)
    {
        var answer = await CallAsync(BeehiveTemplate.Join(SessionId, NextCall(), User, room), cancellationToken);
        return (int)BeehiveFields.Number(answer, 3);
    }

    /// <summary>Waits for the answer to a ping: all that was sent here before has come.</summary>
    public Task PingAsync(CancellationToken cancellationToken) => CallAsync(BeehiveTemplate.Ping(SessionId, NextCall()), cancellationToken);

    /// <summary>Sends a chat. Inside the gate.</summary>
    protected void Send(BeehiveTemplate template, long stamp, long now)
    {
        _sentAt[_next % (ulong)depth] = now;
        template.Write(Reserve(template.Length), _next++, stamp);
    }

    /// <summary>A chat was answered. Inside the gate.</summary>
    /// <param name="error">The failure; null = success.</param>
    /// <param name="sentAt">When it was sent.</param>
    /// <param name="now">The time.</param>
    protected virtual void OnAnswer(string? error, long sentAt, long now)
    {
    }

    /// <summary>A message came. Inside the gate.</summary>
    /// <param name="command">CHAT, ROOM-CHAT or ROOM-BC.</param>
    /// <param name="header">The header.</param>
    /// <param name="body">The body.</param>
    /// <param name="stamp">Its time of sending.</param>
    /// <param name="now">The time.</param>
    protected virtual void OnPush(BeehiveCommand command, ReadOnlySpan<byte> header, ReadOnlySpan<byte> body, long stamp, long now)
    {
    }

    protected override int Take(ReadOnlySpan<byte> received, long now)
    {
        var rest = received;
        while (rest.Length >= BeehiveHeader.HeadLength)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]);
            if (length > BeehiveHeader.MaxSentBodyLength)
                throw new BenchException($"the server sent a body of {length} bytes");
            var end = BeehiveHeader.HeadLength + (int)length;
            if (rest.Length < end)
                break;
            Handle(rest[..BeehiveHeader.HeadLength], rest[BeehiveHeader.HeadLength..end], now);
            rest = rest[end..];
        }
        return received.Length - rest.Length;
    }

    private ulong NextCall()
    {
        lock (Gate)
        {
            var sequence = _next++;
            if (_oldest == sequence)
                _oldest = _next; // else it goes with the chats that wait
            return sequence;
        }
    }

    private void Handle(ReadOnlySpan<byte> header, ReadOnlySpan<byte> body, long now)
    {
        var command = (BeehiveCommand)BinaryPrimitives.ReadUInt32BigEndian(header);
        switch (command)
        {
            case BeehiveCommand.Chat or BeehiveCommand.RoomChat or BeehiveCommand.RoomBroadcast:
                var stamp = BeehiveTemplate.ReadStamp(BeehiveFields.FirstText(body));
                if (stamp == 0)
                    throw new BenchException("the server sent what nobody said");
                OnPush(command, header, body, stamp, now);
                break;
            case BeehiveCommand.ChatAck:
                TakeAnswer(header, ErrorOf(body, codeField: 3), now);
                break;
            case BeehiveCommand.RoomChatAck:
                TakeAnswer(header, ErrorOf(body, codeField: 4), now);
                break;
            case BeehiveCommand.OnlineAck:
                EndCall(body, ErrorOf(body, codeField: 7));
                break;
            case BeehiveCommand.RoomJoinAck:
                EndCall(body, ErrorOf(body, codeField: 4));
                break;
            case BeehiveCommand.Pong:
                EndCall(body, error: null);
                break;
            case BeehiveCommand.RoomJoinNotification or BeehiveCommand.RoomQuitNotification:
                break;
            default:
                throw new BenchException($"the server sent {command}: {Encoding.UTF8.GetString(BeehiveFields.FirstText(body))}");
        }
    }

    private void TakeAnswer(ReadOnlySpan<byte> header, string? error, long now)
    {
        var sequence = BinaryPrimitives.ReadUInt64BigEndian(header[28..]);
        if (sequence < _oldest || sequence >= _next)
            throw new BenchException($"the server answered what nobody said: seq {sequence}, expected {_oldest} to {_next - 1}, {error}");
        ref var sentAt = ref _sentAt[sequence % (ulong)depth];
        if (sentAt == 0)
            throw new BenchException("the server answered twice");
        OnAnswer(error, sentAt, now);
        sentAt = 0;
        while (_oldest < _next && _sentAt[_oldest % (ulong)depth] == 0)
            _oldest++;
    }

    private static string? ErrorOf(ReadOnlySpan<byte> body, int codeField)
    {
        var code = BeehiveFields.Number(body, codeField);
        return code == 0 ? null : $"{code} {Encoding.UTF8.GetString(BeehiveFields.LastText(body))}";
    }
}
