using System.Net;
using Parley.Gateways.Connections;

namespace Parley.Gateways.Rtm.Fpnn;

/// <summary>
/// A peer that stays connected, whatever carries its packages: what is sent to it, how many of its quests are in work, when it was
/// last heard of, and how it ends.
/// </summary>
internal abstract class FpnnConnectedPeer : FpnnPeer, IHeartbeatItem, IInFlight
{
    private const int UploadGrace = 10_000; // milliseconds before an upload's pace counts

    private readonly ConnectionEnd _end;
    private readonly long _connectedAt;
    private TaskCompletionSource? _room;
    private long _lastReceived;
    private int _inFlight;
    private long _uploadSince; // when the upload that is being received began; 0 = there is none
    private long _uploaded;

    protected FpnnConnectedPeer(FpnnDoor door, EndPoint? remote)
        : base(door, remote)
    {
        _end = new ConnectionEnd(reason => Door.Host.LogClosed(this, reason));
        _connectedAt = _lastReceived = door.Host.Heartbeat.Awake;
    }

    public override bool IsConnected => true;

    int IInFlight.Count => Volatile.Read(ref _inFlight);

    /// <summary>What waits to be sent.</summary>
    protected abstract OutboundQueue Outbound { get; }

    /// <summary>Whether the connection ends or has ended.</summary>
    protected bool IsClosing => _end.HasBegun;

    /// <summary>Whether it ended at once.</summary>
    protected bool IsBroken => _end.IsAtOnce;

    /// <summary>Whether a reason to end was noted.</summary>
    protected bool HasReason => _end.Reason != CloseReason.None;

    public sealed override void Send(ReadOnlySpan<byte> package) => Outbound.Send(package);

    public sealed override void Send(ReadOnlyMemory<byte> package) => Outbound.Send(package);

    public sealed override void Break(CloseReason reason)
    {
        if (!_end.TryAtOnce(reason))
            return;
        Outbound.Close();
        Abort(reason);
    }

    public sealed override void CloseAfterFlush(CloseReason reason)
    {
        if (_end.TryInOrder(reason))
            BeginClosing();
    }

    public void OnHeartbeat(long now)
    {
        if (IsClosing)
            return;
        if (now - Volatile.Read(ref _lastReceived) >= Door.IdleMilliseconds)
            Break(CloseReason.Idle);
        else if (IsUploadSlow(now))
            Break(CloseReason.SlowUpload);
        else
            Door.OnHeartbeat(this, now, _connectedAt);
    }

    void IInFlight.Begin() => Interlocked.Increment(ref _inFlight);

    void IInFlight.End()
    {
        if (Interlocked.Decrement(ref _inFlight) <= Door.Host.Connections.InFlight / 2)
            Interlocked.Exchange(ref _room, null)?.TrySetResult();
    }

    /// <summary>Bytes came in: the peer lives.</summary>
    public void OnReceived() => Volatile.Write(ref _lastReceived, Door.Host.Heartbeat.Awake);

    /// <summary>An upload is being received from here on: it must keep a pace.</summary>
    protected void BeginUpload()
    {
        Volatile.Write(ref _uploaded, 0);
        Volatile.Write(ref _uploadSince, Math.Max(Door.Host.Heartbeat.Awake, 1));
    }

    /// <summary>So many bytes of the upload came in.</summary>
    protected void OnUploaded(long bytes)
    {
        OnReceived();
        Volatile.Write(ref _uploaded, _uploaded + bytes);
    }

    /// <summary>The upload is whole.</summary>
    protected void EndUpload() => Volatile.Write(ref _uploadSince, 0);

    /// <summary>Cuts the transport off.</summary>
    protected abstract void Abort(CloseReason reason);

    /// <summary>Nothing more is to be read; what was taken is still answered, flushed, and then the transport ends.</summary>
    protected abstract void BeginClosing();

    /// <summary>Waits, when too many quests are in work, until half of them are answered.</summary>
    protected Task WaitForRoomAsync()
    {
        if (Volatile.Read(ref _inFlight) < Door.Host.Connections.InFlight)
            return Task.CompletedTask;
        var room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _room, room);
        // a quest that ended in between did not see the wish for room
        return Volatile.Read(ref _inFlight) <= Door.Host.Connections.InFlight / 2 ? Task.CompletedTask : room.Task;
    }

    /// <summary>Waits for answers that are on their way, then for the queue to be flushed.</summary>
    /// <exception cref="TimeoutException">The peer does not read.</exception>
    protected async Task FlushAnswersAsync()
    {
        await Door.WaitForAnswersAsync(this, ConnectionEnd.FlushTime);
        Outbound.Finish();
        await Outbound.Finished.WaitAsync(ConnectionEnd.FlushTime, Door.Host.Time);
    }

    /// <summary>Called once at the end of the connection.</summary>
    protected void Count() => Door.Host.CountClosed(HasReason ? _end.Reason : CloseReason.PeerClosed);

    private bool IsUploadSlow(long now)
    {
        var since = Volatile.Read(ref _uploadSince);
        return since != 0 && Volatile.Read(ref _uploaded) < (now - since - UploadGrace) * Door.UploadBytesPerSecond / 1000;
    }
}
