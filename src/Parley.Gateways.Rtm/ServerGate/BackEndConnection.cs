using Parley.Core;
using Parley.Gateways.Rtm.Fpnn;

namespace Parley.Gateways.Rtm.ServerGate;

/// <summary>What the gate keeps about a connection that listens: a listener for each of its projects, and the pushes not answered yet.</summary>
internal sealed class BackEndConnection(FpnnPeer peer)
{
    private readonly UnansweredPushes _pushes = new(peer.Door.Host.Settings.PushWindow, peer.Door.Host.Connections.OutboundBytes);
    private RtmListener[] _listeners = []; // changed by the peer's read loop only

    /// <summary>The listener of a project, made now if there is none. Called by the peer's read loop.</summary>
    public RtmListener GetOrAdd(long projectId, GateAddresses addresses)
    {
        foreach (var listener in _listeners)
        {
            if (listener.ProjectId == projectId)
                return listener;
        }
        var added = new RtmListener(projectId, peer, this, addresses);
        _listeners = [.. _listeners, added];
        return added;
    }

    /// <summary>Sends a quest that is to be answered.</summary>
    public void Push(ReadOnlyMemory<byte> frame)
    {
        _pushes.Track(frame, peer.Door.Host.Heartbeat.Awake);
        peer.Send(frame);
    }

    /// <summary>The peer answered one of our quests.</summary>
    public void OnAnswer(uint number) => _pushes.OnAnswer(number);

    /// <summary>Sends again what was not answered in time.</summary>
    public void OnHeartbeat(long now)
    {
        var again = new List<ReadOnlyMemory<byte>>(0);
        _pushes.TakeOverdue(now, peer.Door.Host.Settings.PushSeconds * 1000L, again);
        foreach (var frame in again)
            peer.Send(frame);
    }

    /// <summary>The peer is gone; so is what it asked to be told of.</summary>
    public void Close(ParleyCore core)
    {
        foreach (var listener in _listeners)
            core.Listeners.Remove(listener);
    }
}
