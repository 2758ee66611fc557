using System.Net;
using Parley.Gateways.Connections;

namespace Parley.Gateways.Rtm.Fpnn;

/// <summary>
/// A peer that stays connected, whatever carries its packages: what is sent to it, how many of its quests are in work, when it was
/// last heard of, and how it ends.
/// </summary>
internal abstract class FpnnConnectedPeer(FpnnDoor door, EndPoint? remote) : FpnnPeer(door, remote), IHeartbeatItem, IInFlight
{
    /// <summary>How long answers and flushing may take when the connection ends in order.</summary>
    protected static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(5);

    private const int UploadGrace = 10_000; // milliseconds before an upload's pace counts
    private const int Draining = 1;
    private const int Broken = 2;

    private readonly long _connectedAt = door.Host.Heartbeat.Awake;
    private TaskCompletionSource? _room;
    private long _lastReceived = door.Host.Heartbeat.Awake;
    private int _inFlight;
    private int _closing;
    private CloseReason _reason;
    private long _uploadSince; // when the upload that is being received began; 0 = there is none
    private long _uploaded;

    public override bool IsConnected => true;

    int IInFlight.Count => Volatile.Read(ref _inFlight);

    /// <summary>What waits to be sent.</summary>
    protected abstract OutboundQueue Outbound { get; }

    /// <summary>Whether the connection ends or has ended.</summary>
    protected bool IsClosing => Volatile.Read(ref _closing) != 0;

    /// <summary>Whether it ended at once.</summary>
    protected bool IsBroken => Volatile.Read(ref _closing) == Broken;

    /// <summary>Whether a reason to end was noted.</summary>
    protected bool HasReason => _reason != CloseReason.None;

    public sealed override void Send(ReadOnlySpan<byte> package) => Outbound.Send(package);

    public sealed override void Send(ReadOnlyMemory<byte> package) => Outbound.Send(package);

    public sealed override void Break(CloseReason reason)
    {
        if (Interlocked.Exchange(ref _closing, Broken) == Broken)
            return;
        Note(reason);
        Outbound.Close();
        Abort(reason);
    }

    public sealed override void CloseAfterFlush(CloseReason reason)
    {
        if (Interlocked.CompareExchange(ref _closing, Draining, 0) != 0)
            return;
        Note(reason);
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
        await Door.WaitForAnswersAsync(this, FlushTime);
        Outbound.Finish();
        await Outbound.Finished.WaitAsync(FlushTime, Door.Host.Time);
    }

    /// <summary>Called once at the end of the connection.</summary>
    protected void Count() => Door.Host.CountClosed(_reason == CloseReason.None ? CloseReason.PeerClosed : _reason);

    private bool IsUploadSlow(long now)
    {
        var since = Volatile.Read(ref _uploadSince);
        return since != 0 && Volatile.Read(ref _uploaded) < (now - since - UploadGrace) * Door.UploadBytesPerSecond / 1000;
    }

    private void Note(CloseReason reason)
    {
        if (_reason != CloseReason.None)
            return;
        _reason = reason;
        Door.Host.LogClosed(this, reason);
    }
}
