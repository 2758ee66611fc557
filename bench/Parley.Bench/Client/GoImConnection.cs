using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using Parley.Bench.Serving;
using Parley.Wire.GoIm;

namespace Parley.Bench.Client;

/// <summary>
/// One connection to the GoIM msg_server. Every push is acknowledged at once. Nothing is parsed: what is needed lies where this server
/// puts it. Answers come in the order of the requests.
/// </summary>
/// <param name="receiveBytes">Room for what one read brings.</param>
/// <param name="isTopic">Whether pushes are those of a topic.</param>
/// <param name="depth">Messages under way at the most.</param>
internal abstract class GoImConnection(int receiveBytes, bool isTopic, int depth) : LoadSocket(receiveBytes)
{
    private const int IdLength = 36;

    private static readonly byte[] PairAcknowledgement = GoImTemplate.Request("p2p_ack", new string('0', IdLength));
    private static readonly byte[] TopicAcknowledgement = GoImTemplate.Request("topic_ack", new string('0', IdLength));
    private static readonly byte[] PairPush = MakePushStart("receive_message_p2p");
    private static readonly byte[] TopicPush = MakePushStart("receive_message_topic");

    private readonly byte[] _acknowledgement = isTopic ? TopicAcknowledgement : PairAcknowledgement;
    private readonly byte[] _push = isTopic ? TopicPush : PairPush;
    private readonly int _id = (isTopic ? TopicAcknowledgement : PairAcknowledgement).AsSpan().IndexOf("0000"u8);
    private readonly long[] _sentAt = new long[depth];
    private int _oldest;
    private int _waiting;
    private long _lastPushed;
    private long _again;

    /// <summary>Whether nothing waits for an answer.</summary>
    public bool IsIdle => _waiting == 0;

    /// <summary>Pushes that came once more, because their acknowledgement was not seen in time.</summary>
    public long Again => Volatile.Read(ref _again);

    /// <summary>Whether another message may be sent.</summary>
    protected bool HasFree => _waiting < depth;

    public override IPEndPoint DoorOf(ServerTarget target) => target.GoImDoor ?? throw new BenchException("the server has no door GoImMessage");

    public override Task LogInAsync(ServerTarget target, long user, CancellationToken cancellationToken) => CallAsync(
        GoImTemplate.Request("send_client_id", user.ToString(CultureInfo.InvariantCulture)), cancellationToken);

    /// <summary>Waits until what was acknowledged is on the disk, so that the next login finds nothing pending.</summary>
    public Task PingAsync(CancellationToken cancellationToken) => CallAsync(GoImTemplate.Request("send_ping"), cancellationToken);

    /// <summary>Sends a message. Inside the gate.</summary>
    protected void Send(GoImTemplate template, long stamp, long now)
    {
        template.Write(Reserve(template.Length), stamp);
        _sentAt[(_oldest + _waiting++) % depth] = now;
    }

    /// <summary>A message was answered. Inside the gate.</summary>
    /// <param name="error">The failure; null = success.</param>
    /// <param name="sentAt">When it was sent.</param>
    /// <param name="now">The time.</param>
    protected virtual void OnAnswer(string? error, long sentAt, long now)
    {
    }

    /// <summary>A message came, for the first time; it is acknowledged already. Inside the gate.</summary>
    /// <param name="stamp">Its time of sending.</param>
    /// <param name="now">The time.</param>
    protected abstract void OnPush(long stamp, long now);

    protected override int Take(ReadOnlySpan<byte> received, long now)
    {
        var rest = received;
        while (rest.Length >= GoImFrame.HeaderLength)
        {
            var end = GoImFrame.HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (rest.Length < end)
                break;
            Handle(rest[GoImFrame.HeaderLength..end], now);
            rest = rest[end..];
        }
        return received.Length - rest.Length;
    }

    private static byte[] MakePushStart(string command) => Encoding.ASCII.GetBytes($$"""{"cmd":"{{command}}","ok":true,"msg":"","obj":[""" + '"');

    private static string? ErrorOf(ReadOnlySpan<byte> answer) =>
        answer.IndexOf("\"ok\":true,"u8) > 0 ? null : Encoding.UTF8.GetString(answer).TrimEnd();

    private void Handle(ReadOnlySpan<byte> message, long now)
    {
        if (message.StartsWith(_push))
        {
            TakePush(message, now);
            return;
        }
        if (!message.StartsWith("{\"cmd\":\"resp_"u8))
            throw new BenchException($"the server sent what was not expected: {Encoding.UTF8.GetString(message)}");
        var error = ErrorOf(message);
        if (_waiting == 0)
        {
            EndCall(message, error);
            return;
        }
        var sentAt = _sentAt[_oldest];
        _oldest = (_oldest + 1) % depth;
        _waiting--;
        OnAnswer(error, sentAt, now);
    }

    // {"cmd":…,"ok":true,"msg":"","obj":["<stamp…>",…,"<uuid>"],"repo":null,"time":…}
    private void TakePush(ReadOnlySpan<byte> push, long now)
    {
        var end = push.LastIndexOf("\"],\"repo\""u8);
        var stamp = GoImTemplate.ReadStamp(push[_push.Length..]);
        if (end < IdLength || stamp == 0)
            throw new BenchException($"the server pushed what nobody said: {Encoding.UTF8.GetString(push)}");
        var acknowledgement = Reserve(_acknowledgement.Length);
        _acknowledgement.CopyTo(acknowledgement);
        push[(end - IdLength)..end].CopyTo(acknowledgement[_id..]);
        if (stamp <= _lastPushed)
        {
            _again++;
            return;
        }
        _lastPushed = stamp;
        OnPush(stamp, now);
    }
}
