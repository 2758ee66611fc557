using System.Net;
using Google.Protobuf;
using Parley.Core.Sessions;
using Parley.Gateways.Beehive.Sessions;
using Parley.Gateways.Connections;
using Parley.Gateways.Doors;
using Parley.Wire.Beehive;

namespace Parley.Gateways.Beehive.Connections;

/// <summary>
/// A client's long connection, over whatever transport (beehive.md §7 to §9). One loop reads and takes the packets in their order; sending
/// is the outbound queue's affair.
/// </summary>
internal abstract class BeehiveConnection : IDoorConnection
{
    /// <summary>The longest body before the login: there is room for the longest texts of ONLINE.</summary>
    private const int LoginBodyBytes = 16 * 1024;

    private readonly EndPoint? _remote;
    private readonly long _connectedAt;
    private readonly ConnectionEnd _end;
    private Throttle _requests;
    private long _lastReceived;
    private long _receptions;
    private long _closeAt = long.MaxValue;
    private long _stalledSince = long.MaxValue;
    private CloseReason _later; // why it is to end in a while

    protected BeehiveConnection(ListendDoor door, EndPoint? remote)
    {
        Door = door;
        InFlight = new RequestsInFlight(door.Host.Connections.InFlight);
        _remote = remote;
        ConnectionId = (ulong)door.Host.NextConnectionId();
        _end = new ConnectionEnd(reason => Door.Host.OnClosed(this, reason));
        _connectedAt = _lastReceived = door.Host.Heartbeat.Awake;
        Reader = new BeehiveReader(Math.Min(LoginBodyBytes, door.Host.Settings.InboundBytes));
    }

    public ListendDoor Door { get; }

    /// <summary>Requests that are not answered yet.</summary>
    public RequestsInFlight InFlight { get; }

    /// <summary>cid (§1).</summary>
    public ulong ConnectionId { get; }

    /// <summary>The client's address, <c>ip:port</c>.</summary>
    public string Endpoint => _remote?.ToString() ?? "";

    public IPAddress Address => (_remote as IPEndPoint)?.Address ?? IPAddress.None;

    /// <summary>What the client speaks; known with its first packet.</summary>
    public BeehiveGeneration Generation => Reader.Generation;

    /// <summary>Set when the client has logged in; then it may send longer bodies.</summary>
    public BeehiveSession? Session
    {
        get;
        set
        {
            field = value;
            Reader.MaxBodyLength = Door.Host.Settings.InboundBytes;
        }
    }

    /// <summary>The highest sequence that the client has sent; each packet's must be higher (§8.3).</summary>
    public ulong LastSequence { get; set; }

    /// <summary>Whether nothing that comes is processed any more: the connection is to end, or is kicked and waits for its end.</summary>
    public bool IsDeaf => Volatile.Read(ref _closeAt) != long.MaxValue || IsClosing;

    public bool IsClosing => _end.HasBegun;

    /// <summary>Grows whenever bytes come. Used by the loop that reads.</summary>
    public long Receptions => Volatile.Read(ref _receptions);

    protected BeehiveReader Reader { get; }

    protected abstract OutboundQueue Outbound { get; }

    /// <summary>Reads until the connection ends.</summary>
    public async Task RunAsync()
    {
        try
        {
            await ReadAsync();
            ListendDoor.OnEnded(this);
            if (!_end.IsAtOnce)
                await FinishAsync();
        }
        catch (Exception exception) when (IsPeerGone(exception))
        {
            Break(CloseReason.PeerClosed);
        }
        catch (TimeoutException)
        {
            Break(CloseReason.SlowReader);
        }
        finally
        {
            Outbound.Close();
            Reader.Dispose();
            _end.Note(FirstOf(CloseReason.PeerClosed));
        }
    }

    /// <summary>Sends a packet; its sid, cid and nid are filled in.</summary>
    /// <param name="command">What it is; commands that the client's generation does not have are left out.</param>
    /// <param name="body">The body; null = none.</param>
    /// <param name="sequence">seq.</param>
    /// <param name="sessionId">sid; 0 = the session's.</param>
    public void Send(BeehiveCommand command, IMessage? body, ulong sequence = 0, ulong sessionId = 0) =>
        Send(new BeehiveHeader(command, 0, sessionId, Sequence: sequence), body is null ? default : body.ToByteArray());

    /// <summary>Sends a packet whose body is shared and never changes; its sid, cid, nid and length are filled in.</summary>
    public void Send(BeehiveHeader header, ReadOnlyMemory<byte> body)
    {
        Span<byte> bytes = stackalloc byte[BeehiveHeader.HeadLength];
        header = header with
        {
            Length = (uint)body.Length,
            SessionId = header.SessionId != 0 ? header.SessionId : (ulong)(Session?.SessionId ?? 0),
            ConnectionId = ConnectionId,
            NodeId = Door.NodeId,
        };
        if (!header.TryWrite(bytes, Generation))
            return;
        bytes = bytes[..BeehiveHeader.LengthOf(Generation)];
        if (body.IsEmpty)
            Outbound.Send(bytes);
        else
            Outbound.Send(bytes, body);
    }

    /// <summary>
    /// Completes when what was sent does not wait any more, or the connection is to end; it ends when the client takes nothing for too
    /// long. Used by the loop that reads, so that meanwhile it is by taking that the client shows that it lives.
    /// </summary>
    public ValueTask WaitForRoomAsync()
    {
        var room = Outbound.WaitForRoomAsync();
        return room.IsCompleted ? ValueTask.CompletedTask : new(WaitAsync());

        async Task WaitAsync()
        {
            Volatile.Write(ref _stalledSince, Door.Host.Heartbeat.Awake);
            await Task.WhenAny(room, _end.Begun);
            Volatile.Write(ref _stalledSince, long.MaxValue);
            Volatile.Write(ref _lastReceived, Door.Host.Heartbeat.Awake);
        }
    }

    /// <summary>Ends the connection at once. Only the first reason counts.</summary>
    public void Break(CloseReason reason)
    {
        if (!_end.TryAtOnce(FirstOf(reason)))
            return;
        Outbound.Close();
        Abort(reason);
    }

    /// <summary>Takes nothing more, and ends the connection when what is to be answered was flushed.</summary>
    public void CloseAfterFlush(CloseReason reason)
    {
        if (_end.TryInOrder(FirstOf(reason)))
            StopReading();
    }

    /// <summary>Processes nothing more and ends the connection in a while, so that the client reads why (§9.2, §9.3).</summary>
    public void CloseLater(CloseReason reason)
    {
        _later = FirstOf(reason);
        Interlocked.CompareExchange(ref _closeAt, Door.Host.Heartbeat.Awake + Door.Host.Settings.KickMilliseconds, long.MaxValue);
    }

    /// <summary>Takes one request out of the connection's allowance; false when it is used up.</summary>
    public bool TryRequest()
    {
        var settings = Door.Host.Settings;
        return settings.RequestsPerSecond == 0
            || _requests.TryTake(1000.0 / settings.RequestsPerSecond, settings.RequestBurst, Door.Host.Heartbeat.Now);
    }

    public void OnHeartbeat(long now)
    {
        if (IsClosing)
            return;
        var settings = Door.Host.Settings;
        if (now >= Volatile.Read(ref _closeAt))
            CloseAfterFlush(_later);
        else if (Volatile.Read(ref _closeAt) == long.MaxValue && Session is null && now - _connectedAt >= settings.LoginSeconds * 1000L)
            CloseAfterFlush(CloseReason.NotAuthenticated);
        else if (now - Volatile.Read(ref _stalledSince) >= settings.StallSeconds * 1000L)
            Break(CloseReason.SlowReader);
        else if (now - Volatile.Read(ref _lastReceived) >= settings.IdleSeconds * 1000L)
            CloseAfterFlush(CloseReason.Idle);
        else
            OnBeat(now);
    }

    /// <summary>Reads and takes packets until the connection is to end.</summary>
    protected abstract Task ReadAsync();

    /// <summary>Makes <see cref="ReadAsync"/> return.</summary>
    protected abstract void StopReading();

    /// <summary>Cuts the transport.</summary>
    protected abstract void Abort(CloseReason reason);

    /// <summary>Closes the transport, after everything was flushed.</summary>
    protected abstract Task CloseAsync();

    /// <summary>Whether this is how the transport says that the peer is gone.</summary>
    protected abstract bool IsPeerGone(Exception exception);

    /// <summary>Something that the transport does from time to time.</summary>
    protected virtual void OnBeat(long now)
    {
    }

    /// <summary>Bytes have come.</summary>
    protected void OnReceived()
    {
        Volatile.Write(ref _lastReceived, Door.Host.Heartbeat.Awake);
        Volatile.Write(ref _receptions, _receptions + 1);
    }

    /// <summary>The client broke the protocol.</summary>
    protected void Refuse() => CloseAfterFlush(CloseReason.ProtocolError);

    /// <summary>Nothing more is read: what was taken is still answered, within a time, and flushed.</summary>
    private async Task FinishAsync()
    {
        await ConnectionEnd.FlushAsync(InFlight, Outbound, Door.Host.Time);
        await CloseAsync();
    }

    /// <summary>What the connection was to end for in a while, if so.</summary>
    private CloseReason FirstOf(CloseReason reason) => _later == CloseReason.None ? reason : _later;
}
