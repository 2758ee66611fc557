using System.Buffers;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Sessions;
using Parley.Core.Translation;
using Parley.Gateways.Connections;
using Parley.Gateways.Rtm.Fpnn;
using Parley.Gateways.Rtm.Messages;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Rtm.ClientGate;

/// <summary>A user logged in through the client gate.</summary>
internal sealed class RtmSession : Session
{
    private const int HalfBeat = 500; // beats come about once a second
    private static readonly byte[] KickoutFrame = OneWay("kickout"u8, []);

    private readonly FpnnPeer _peer;
    private readonly RtmPushEncoder _encoder;
    private readonly PushReceipts _receipts;
    private readonly Heartbeat _clock;
    private long _nextPing;
    private List<(ReadOnlyMemory<byte> Frame, Message? Message)>? _early = [];
    private ReadTurns? _reads;

    public RtmSession(FpnnPeer peer, Project project, long userId, RtmProfile profile, ReadPositions positions)
        : base(project, userId, peer.Endpoint, peer.Door.Host.Time.GetUtcNow().ToUnixTimeSeconds())
    {
        _peer = peer;
        _clock = peer.Door.Host.Heartbeat;
        _encoder = RtmPushEncoder.For(profile);
        _receipts = new(positions, userId, peer.Door.Host.Settings.PushWindow);
        Profile = profile;
        _nextPing = _clock.Awake + (peer.Door.Host.Settings.PingSeconds * 1000L) - HalfBeat;
    }

    /// <summary>The client's generation.</summary>
    public RtmProfile Profile { get; }

    /// <summary>Variables of the connection (<c>addvariables</c>); null until there are any.</summary>
    public Dictionary<string, string>? Variables { get; set; }

    /// <summary>Attributes of the connection (<c>auth</c>, <c>addattrs</c>); null until there are any. Replaced, never changed.</summary>
    public IReadOnlyDictionary<string, string>? Attributes { get; set; }

    public override string Door => _peer.Door.Name;

    /// <summary>Only 2.x knows what to do with a message whose sender is itself (rtm-client.md §1.7).</summary>
    public override bool HearsOwn(Message message, bool isOrigin) => Profile == RtmProfile.G4 && !isOrigin;

    /// <summary>Called when the answer to <c>auth</c> is on its way: pushes that came earlier follow it.</summary>
    public void BeginPushing()
    {
        while (true)
        {
            List<(ReadOnlyMemory<byte> Frame, Message? Message)> early;
            lock (_receipts)
            {
                if (_early!.Count == 0)
                {
                    _early = null;
                    return;
                }
                early = _early;
                _early = [];
            }
            foreach (var (frame, message) in early)
                PushNow(frame, message);
        }
    }

    /// <summary>Later generations have no handler for translations, and some fail at them (rule C-8).</summary>
    public override bool TakesTranslations => Profile == RtmProfile.G1;

    public override void Push(MessageDelivery delivery) =>
        Push(delivery.FrameFor(_encoder), delivery.Message); // here: the delivery belongs to the lane that calls

    /// <summary>Its receipt is of no interest: a translation is not kept, so it is never unread.</summary>
    public override void PushTranslation(TranslationDelivery translation) =>
        Push(translation.FrameFor(RtmTranslationEncoder.Instance), message: null);

    public override void End(SessionEnd reason)
    {
        _peer.Send((ReadOnlyMemory<byte>)KickoutFrame);
        _peer.CloseAfterFlush(reason == SessionEnd.Replaced ? CloseReason.Replaced : CloseReason.Kicked);
    }

    public override void OnRemovedFromRoom(long roomId)
    {
        using var payload = new PooledBufferWriter();
        var writer = new MessagePackWriter(payload);
        writer.WriteMapHeader(1);
        writer.WriteString("rid"u8);
        writer.Write(roomId);
        writer.Flush();
        _peer.Send((ReadOnlyMemory<byte>)OneWay("kickoutroom"u8, payload.WrittenSpan));
    }

    /// <summary>The client answered one of our quests.</summary>
    public void OnAnswer(uint number, bool isError) => _receipts.Acknowledge(number, isError);

    /// <summary>The user has read the history of a conversation.</summary>
    public void OnRead(ConversationKey conversation) => _receipts.Forgive(conversation);

    /// <summary>Pushes again what was not acknowledged in time.</summary>
    public void OnHeartbeat(long now)
    {
        var again = new List<ReadOnlyMemory<byte>>(0);
        _receipts.TakeOverdue(now, _peer.Door.Host.Settings.PushSeconds * 1000L, again);
        foreach (var frame in again)
            _peer.Send(frame);
    }

    /// <summary>
    /// Waits until the session may read history again: a few reads at once, so that one user cannot keep the readers from all others.
    /// </summary>
    public ValueTask<ReadTurns.Turn> WaitForReadAsync() =>
        (Volatile.Read(ref _reads) ?? Interlocked.CompareExchange(ref _reads, new ReadTurns(), null) ?? _reads).TakeAsync();

    /// <summary>The client is gone: reads that wait or run are given up.</summary>
    public void OnGone() => Volatile.Read(ref _reads)?.Cancel();

    /// <summary>Whether the gate's next ping (rule K-1) is due; each session has its own beat.</summary>
    public bool IsPingDue(long now)
    {
        if (now < _nextPing)
            return false;
        _nextPing = now + (_peer.Door.Host.Settings.PingSeconds * 1000L) - HalfBeat;
        return true;
    }

    /// <summary>Sends a one-off quest, such as <c>pushunread</c>; its answer is of no interest.</summary>
    public void SendQuest(ReadOnlySpan<byte> method, ReadOnlySpan<byte> payload)
    {
        using var output = new PooledBufferWriter();
        FpnnWriter.WriteQuest(output, FpnnMessageType.TwoWayQuest, PushSequence.Next(), method, payload);
        _peer.Send(output.WrittenSpan);
    }

    /// <param name="frame">The push.</param>
    /// <param name="message">What it tells of; null when its receipt is of no interest.</param>
    private void Push(ReadOnlyMemory<byte> frame, Message? message)
    {
        if (Volatile.Read(ref _early) is not null)
        {
            lock (_receipts)
            {
                if (_early is not null)
                {
                    _early.Add((frame, message));
                    return;
                }
            }
        }
        PushNow(frame, message);
    }

    private void PushNow(ReadOnlyMemory<byte> frame, Message? message)
    {
        // rooms have no unread marks, so nobody needs to know who got what
        if (message is not null && message.Conversation.Kind != ConversationKind.Room && message.Sender != UserId)
            _receipts.Track(frame, message, _clock.Awake);
        _peer.Send(frame);
    }

    private static byte[] OneWay(ReadOnlySpan<byte> method, ReadOnlySpan<byte> payload)
    {
        var output = new ArrayBufferWriter<byte>();
        FpnnWriter.WriteQuest(output, FpnnMessageType.OneWayQuest, 0, method, payload);
        return output.WrittenSpan.ToArray();
    }
}
